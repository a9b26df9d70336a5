import { DetailedError, Upload as TusUpload } from "tus-js-client";
import { pageOf } from "#lib/core/api/params.ts";
import { type Upload, uploadSchema } from "#lib/core/api/uploads.ts";
import { ApiProblem, problemFrom, send, sendJson, Unreachable } from "./http.ts";

const ENDPOINT = "/api/v1/uploads";

/**
 * Bytes of one request. What a server has received of a request that breaks is kept, so this only bounds how much the digest, which
 * goes with the last request, may lag behind.
 */
const CHUNK_BYTES = 32 * 1024 * 1024;

/** What is said where the session has ended in the middle. */
const SIGNED_OUT = JSON.stringify({
  type: "urn:tessera:problem:unauthenticated",
  title: "Sign in first",
  status: 401,
  detail: "Your session has ended. Sign in again in another tab, then go on here",
  code: "unauthenticated",
});

/** Waits between attempts: short ones first, then one each quarter of a minute for hours, while the network or the server is away. */
const RETRY_DELAYS_MS = [300, 1000, 2000, 4000, 8000, ...Array.from({ length: 2000 }, () => 15_000)];

/** The caller's uploads that are not an image yet. */
export async function listUnfinishedUploads(signal: AbortSignal): Promise<Upload[]> {
  return (await sendJson(pageOf(uploadSchema), ENDPOINT, { signal })).items;
}

/** Between two attempts to hear what became of an upload, while the server or the network is away. */
const ASK_AGAIN_MS = 3000;

/**
 * What became of an upload whose bytes have all come. The server waits for its checks; while they last, and where it is away, it is
 * asked again.
 */
export async function readOutcome(id: string, signal: AbortSignal): Promise<Upload> {
  for (;;) {
    try {
      const upload = await sendJson(uploadSchema, `${ENDPOINT}/${id}`, { signal });
      if (upload.state !== "checking") return upload;
    } catch (error) {
      const away = error instanceof Unreachable || (error instanceof ApiProblem && error.status >= 500);
      if (!away || (error instanceof ApiProblem && error.code === "storage-failed")) throw error;
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    }
  }
}

/** Ends an upload: what had come of it is removed. */
export async function endUpload(id: string): Promise<void> {
  await send(`${ENDPOINT}/${id}`, { method: "DELETE", headers: { "Tus-Resumable": "1.0.0" } });
}

/** What a transfer tells while it goes on. */
type Listener = {
  /** The server knows the upload; its id. */
  onBegun(id: string): void;
  onProgress(sentBytes: number): void;
  /** The connection or the server is away, and it is tried again. */
  onWaiting(reason: string): void;
  /** All bytes have arrived. */
  onArrived(): void;
  /** It ended: `ApiProblem` where it was refused. */
  onFailed(error: unknown): void;
};

/** Of which upload a transfer is, and to which collection, by its name. */
type Begun = { uploadId: string | null; collection: string | null };

/** A file on its way. */
export type Transfer = {
  /** Starts, or goes on after a pause. */
  start(): void;
  pause(): Promise<void>;
};

/**
 * Sends a file so that it survives lost connections and restarts of the server. `uploadId` names an upload that was begun earlier,
 * `collection` where the picture is to be; null: in the one that always is.
 * `digest` is the file's SHA-256 in hexadecimal; it may still be under way while bytes are sent.
 */
export function createTransfer(
  file: File,
  { uploadId, collection }: Begun,
  digest: Promise<string>,
  on: Listener,
): Transfer {
  const upload = new TusUpload(file, {
    endpoint: ENDPOINT,
    uploadUrl: uploadId === null ? null : `${ENDPOINT}/${uploadId}`,
    chunkSize: CHUNK_BYTES,
    retryDelays: RETRY_DELAYS_MS,
    // The server lists what is unfinished: nothing needs to be remembered here.
    storeFingerprintForResuming: false,
    metadata: {
      filename: file.name,
      lastModified: String(file.lastModified),
      ...(collection !== null && { collection }),
    },
    onBeforeRequest: async (request) => {
      const offset = request.getHeader("Upload-Offset");
      if (request.getMethod() !== "PATCH" || Number(offset) + CHUNK_BYTES < file.size) return;
      request.setHeader("Repr-Digest", `sha-256=:${base64(await digest)}:`);
    },
    onAfterResponse: (request, response) => {
      // Anything but a number of bytes would have the whole file sent anew, also the 503 of a server that is just starting.
      const status = response.getStatus();
      if (request.getMethod() === "HEAD" && status > 299 && status !== 404) throw new HeadRefused(status);
    },
    onUploadUrlAvailable: () => on.onBegun(idIn(upload.url ?? "")),
    onProgress: on.onProgress,
    onShouldRetry: (error) => {
      const status = statusOf(error);
      const worth = status === 0 || status === 409 || status === 423 || status === 429 || status >= 500;
      if (!worth || isFull(error)) return false;
      on.onWaiting(asProblem(error).message);
      return true;
    },
    onSuccess: on.onArrived,
    onError: (error) => on.onFailed(asProblem(error)),
  });
  return {
    start: () => upload.start(),
    pause: () => upload.abort(),
  };
}

/** The server would not say how much has come. */
class HeadRefused extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`the server answered with status ${status}`);
    this.status = status;
  }
}

/** HTTP status of a refusal; 0 where the request got no answer. */
function statusOf(error: DetailedError): number {
  const cause = error.causingError;
  return cause instanceof HeadRefused ? cause.status : (error.originalResponse?.getStatus() ?? 0);
}

/** A full disk is not freed in seconds, and each attempt would send a chunk in vain. */
function isFull(error: DetailedError): boolean {
  return error.originalResponse?.getBody().includes('"storage-failed"') === true;
}

function asProblem(error: unknown): Error {
  if (!(error instanceof DetailedError)) return error instanceof Error ? error : new Error(String(error));
  const status = statusOf(error);
  if (status === 401) return problemFrom(status, SIGNED_OUT);
  return status === 0 ? new Unreachable(error) : problemFrom(status, error.originalResponse?.getBody() ?? "");
}

const idIn = (url: string): string => url.split("/").at(-1) ?? "";

function base64(hex: string): string {
  return btoa(String.fromCharCode(...(hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16))));
}
