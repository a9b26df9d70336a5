import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { TesseraError } from "#lib/core/errors.ts";
import { diskError } from "./disk-error.ts";

export type WriteOptions = { signal?: AbortSignal; maxBytes?: number };

/**
 * Writes `source` to a new file and flushes it to the disk, hashing on the way. What the source throws passes through as it is;
 * what the disk refuses is `storage-failed`, too many bytes are `too-large`, and an abort throws its reason. The caller removes
 * the file where this throws.
 */
export async function writeStream(
  path: string,
  source: AsyncIterable<Uint8Array>,
  { signal, maxBytes = Number.POSITIVE_INFINITY }: WriteOptions,
): Promise<{ bytes: number; sha256: string }> {
  const file = await open(path, "wx").catch((error: unknown) => {
    throw diskError(error, "create a file");
  });
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    signal?.throwIfAborted();
    for await (const chunk of abortable(source, signal)) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) {
        throw new TesseraError("too-large", `the file is larger than the limit of ${maxBytes} bytes`, {
          remedy: "send a smaller file, or raise TESSERA_MAX_UPLOAD_BYTES",
        });
      }
      hash.update(chunk);
      await writeAll(file, chunk);
    }
    await file.sync().catch((error: unknown) => {
      throw diskError(error, "flush a file");
    });
  } finally {
    await file.close();
  }
  return { bytes, sha256: hash.digest("hex") };
}

async function writeAll(file: Awaited<ReturnType<typeof open>>, chunk: Uint8Array): Promise<void> {
  let done = 0;
  try {
    while (done < chunk.byteLength) done += (await file.write(chunk, done)).bytesWritten;
  } catch (error) {
    throw diskError(error, "write a file");
  }
}

/** The same chunks, but an abort ends the wait for the next one too, and lets the source clean up. */
async function* abortable<T>(source: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  if (!signal) {
    yield* source;
    return;
  }
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      signal.throwIfAborted();
      const next = await nextOrAbort(iterator, signal);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // A source that hangs never answers: it is told to stop, but not waited for.
    Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}

/** One listener a chunk, gone with it: a promise that outlived them all would hold on to every chunk. */
function nextOrAbort<T>(iterator: AsyncIterator<T>, signal: AbortSignal): Promise<IteratorResult<T>> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    const done = (): void => signal.removeEventListener("abort", onAbort);
    iterator.next().then(resolve, reject).finally(done);
  });
}
