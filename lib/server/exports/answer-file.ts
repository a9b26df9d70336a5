import { Readable } from "node:stream";
import { TesseraError } from "#lib/core/errors.ts";
import { byteRange } from "../http/byte-range.ts";
import { blobStore } from "../storage.ts";
import { requireExport } from "./export-jobs.ts";
import { disposition } from "./export-response.ts";
import { exportBlob } from "./kept-file.ts";

/**
 * Answers with the file of an export, or the part of it that `Range` asks for, so that a download that broke off goes on where it
 * was. Throws `not-found`, and `not-ready` while it is written.
 */
export async function answerExportFile(id: string, request: Request): Promise<Response> {
  const { state, error, bytes, sha256, fileName, mediaType, expiresAt } = await requireExport(id);
  if (state === "failed") throw new TesseraError("not-ready", `the export failed: ${error}`);
  if (state !== "ready" || bytes === null || sha256 === null) {
    throw new TesseraError("not-ready", "the export is not written yet", {
      remedy: "ask for its state until it is ready",
    });
  }
  if ((await blobStore().stat(exportBlob(id))) === null) {
    throw new TesseraError("not-found", "the file of the export is gone", { remedy: "export anew" });
  }
  const etag = `"${sha256}"`;
  const headers: Record<string, string> = {
    "content-type": mediaType ?? "application/octet-stream",
    "content-disposition": disposition(fileName ?? id),
    "accept-ranges": "bytes",
    "cache-control": "private, no-cache",
    expires: expiresAt.toUTCString(),
    etag,
    "repr-digest": `sha-256=:${Buffer.from(sha256, "hex").toString("base64")}:`,
  };
  if (request.headers.get("if-none-match") === etag) return new Response(null, { status: 304, headers });
  const condition = request.headers.get("if-range");
  const wanted = condition === null || condition === etag ? request.headers.get("range") : null;
  const range = byteRange(wanted, bytes);
  if (range === "unsatisfiable") {
    return new Response(null, { status: 416, headers: { ...headers, "content-range": `bytes */${bytes}` } });
  }
  const { start, end } = range ?? { start: 0, end: bytes - 1 };
  headers["content-length"] = String(end - start + 1);
  if (range) headers["content-range"] = `bytes ${start}-${end}/${bytes}`;
  const status = range ? 206 : 200;
  if (request.method === "HEAD" || bytes === 0) return new Response(null, { status, headers });
  const body = Readable.toWeb(blobStore().read(exportBlob(id), { start, end })) as ReadableStream<Uint8Array>;
  return new Response(body, { status, headers });
}
