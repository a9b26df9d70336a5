/** The embedded networks that a worker can hold. */
export type Network = "centernet" | "nsfw";

/** What a worker is started with. */
export type WorkerStart = { network: Network; packagesDirectory: string };

/** One inference: RGB of the network's own input size, handed over by transfer. */
export type InferenceRequest = { id: number; rgb: Uint8Array };

export type InferenceReply =
  | { kind: "ready" }
  /** The network could not be loaded: no other worker will fare better. */
  | { kind: "unusable"; message: string }
  | { kind: "done"; id: number; output: Float32Array<ArrayBuffer> }
  | { kind: "failed"; id: number; message: string };
