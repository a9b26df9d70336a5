/** The embedded networks that a worker can hold. */
export type Network = "centernet" | "nsfw";

/** What a worker is started with. */
export type WorkerStart = { network: Network; packagesDirectory: string };

/** What a worker that reads text is started with: languages as Tesseract names them, e.g. `deu+eng`. */
export type TextWorkerStart = { languages: string; packagesDirectory: string };

/** What an embedded network has to know beside the pixels. */
export type PictureSize = { width: number; height: number };

/** One inference: RGB, or a page as PGM, handed over by transfer; `task` is what else is to be known. */
export type InferenceRequest<Task = undefined> = { id: number; rgb: Uint8Array; task: Task };

export type InferenceReply<Output = Float32Array<ArrayBuffer>> =
  | { kind: "ready" }
  /** The network could not be loaded: no other worker will fare better. */
  | { kind: "unusable"; message: string }
  | { kind: "done"; id: number; output: Output }
  | { kind: "failed"; id: number; message: string };
