import { createReadStream } from "node:fs";
import { DetailedError, Upload } from "tus-js-client";
import { pageOf } from "#lib/core/api/params.ts";
import { uploadSchema } from "#lib/core/api/uploads.ts";
import { messageOf, TesseraError } from "#lib/core/errors.ts";
import { problemOf, type Remote } from "./remote.ts";

/** A file to send. `path` is absolute, `sha256` in hexadecimal. */
type Source = {
  path: string;
  name: string;
  bytes: number;
  sha256: string;
  lastModifiedMs: number;
  collection: string | undefined;
};

const CHUNK_BYTES = 64 * 1024 * 1024;
/** A server that restarts is back within a minute or two; after that the command ends, and calling it again goes on. */
const RETRY_DELAYS_MS = [500, 1000, 2000, 4000, 8000, ...Array.from({ length: 10 }, () => 15_000)];

/**
 * Sends a file, over lost connections and restarts of the server; where the server has a part of the same bytes from an earlier call,
 * only the rest. Returns the id of the image that it became. Shows progress on a terminal. Throws what the server refuses with.
 */
export async function sendResumably(remote: Remote, source: Source): Promise<string> {
  const address = `${remote.url}/api/v1/uploads`;
  const unfinished = (await remote.get(pageOf(uploadSchema), "/api/v1/uploads")).items;
  const begun = unfinished.find(
    ({ name, bytes, sha256, collection }) =>
      name === source.name &&
      bytes === source.bytes &&
      sha256 === source.sha256 &&
      collection === (source.collection ?? null),
  );
  const url = await transfer(address, begun ? `${address}/${begun.id}` : null, remote, source);
  for (;;) {
    const { state, imageId, refusal } = await remote.get(uploadSchema, `/api/v1/uploads/${url.split("/").at(-1)}`);
    if (state === "stored" && imageId) return imageId;
    if (state === "refused") throw new TesseraError("bad-input", refusal?.message ?? "the server did not take it");
    // The server itself waits for its checks before it answers.
  }
}

/** The upload's address, once all bytes have arrived. */
function transfer(endpoint: string, uploadUrl: string | null, remote: Remote, source: Source): Promise<string> {
  return new Promise((resolve, reject) => {
    const upload = new Upload(createReadStream(source.path), {
      endpoint,
      uploadUrl,
      uploadSize: source.bytes,
      chunkSize: CHUNK_BYTES,
      retryDelays: RETRY_DELAYS_MS,
      storeFingerprintForResuming: false,
      headers: remote.headers,
      metadata: {
        filename: source.name,
        sha256: source.sha256,
        lastModified: String(source.lastModifiedMs),
        ...(source.collection !== undefined && { collection: source.collection }),
      },
      onAfterResponse: (request, response) => {
        // Anything but a number of bytes would have the whole file sent anew, also the 503 of a server that is just starting.
        const status = response.getStatus();
        if (request.getMethod() !== "HEAD" || status < 300 || status === 404) return;
        throw problemOf(status, "");
      },
      onProgress: (sent) => showProgress(source, sent),
      onShouldRetry: (error) => isWorthRetrying(error),
      onSuccess: () => {
        endProgress();
        resolve(upload.url ?? "");
      },
      onError: (error) => {
        endProgress();
        reject(asOwnError(error, endpoint));
      },
    });
    upload.start();
  });
}

function isWorthRetrying(error: DetailedError): boolean {
  const response = error.originalResponse;
  if (response?.getBody().includes('"storage-failed"')) return false;
  const own = error.causingError;
  const status = own instanceof TesseraError ? own.status : (response?.getStatus() ?? 0);
  return status === 0 || status === 409 || status === 429 || status >= 500;
}

function asOwnError(error: unknown, endpoint: string): unknown {
  if (!(error instanceof DetailedError)) return error;
  if (error.causingError instanceof TesseraError) return error.causingError;
  const response = error.originalResponse;
  if (response) return problemOf(response.getStatus(), response.getBody());
  return new TesseraError(
    "internal",
    `${new URL(endpoint).origin} cannot be reached: ${messageOf(error.causingError)}`,
    {
      remedy: "call the command again when it is back: it goes on where it stopped",
    },
  );
}

function showProgress({ name, bytes }: Source, sent: number): void {
  if (!process.stderr.isTTY || bytes === 0) return;
  process.stderr.write(`\r${name}: ${Math.floor((sent / bytes) * 100)} % of ${Math.ceil(bytes / 1e6)} MB `);
}

function endProgress(): void {
  if (process.stderr.isTTY) process.stderr.write("\n");
}
