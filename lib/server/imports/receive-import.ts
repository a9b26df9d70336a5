import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { environment } from "#lib/config/env.ts";
import type { ImportOptions, ImportReport } from "#lib/core/api/imports.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { blobStore } from "../storage.ts";
import { fileSource } from "./file-source.ts";
import { importFindings } from "./import-findings.ts";

/**
 * Takes the file that a request brings as its body and imports it. It is read several times, so it is kept on the disk meanwhile.
 * Throws what `importFindings` throws, `bad-request` without a body, `too-large`.
 */
export async function receiveImport(
  imageId: string,
  request: Request,
  options: ImportOptions,
  actor: string,
): Promise<ImportReport> {
  if (!request.body)
    throw new TesseraError("bad-request", "the request has no body", { remedy: "send the file as body" });
  const scratch = await blobStore().scratchFile();
  try {
    // Not cancelled when it is too large: that would cut the connection before the answer is out.
    const pieces = limited(request.body.values({ preventCancel: true }), environment().maxUploadBytes);
    await pipeline(Readable.from(pieces), createWriteStream(scratch.path));
    return await importFindings(imageId, await fileSource(scratch.path), options, actor);
  } finally {
    await scratch.discard();
  }
}

async function* limited(pieces: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > maxBytes) throw new TesseraError("too-large", `at most ${maxBytes} bytes are taken`);
    yield piece;
  }
}
