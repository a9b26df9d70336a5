import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import busboy from "busboy";
import { environment } from "#lib/config/env.ts";
import { importRequestSchema, type UploadQuery } from "#lib/core/api/images.ts";
import type { Image } from "#lib/core/detection/image.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { parseBody } from "../access/parse-request.ts";
import { addImage, type IncomingImage } from "./add-image.ts";
import { addImported } from "./add-imported.ts";

/** Forms are for small files; larger ones are sent as they are, or resumably. */
const FORM_LIMIT_BYTES = 100 * 1024 * 1024;

/**
 * Takes the picture that a request brings: as its body, as the first file of a form, or as JSON naming a file in the import
 * folder. Throws what `addImage` throws, and `bad-request` where the request brings none.
 */
export async function receiveUpload(
  request: Request,
  { name, collection }: UploadQuery,
  actor: string,
): Promise<{ image: Image; added: boolean }> {
  const mediaType = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  const take = (incoming: IncomingImage) => addImage({ ...incoming, collection }, actor);
  if (mediaType === "multipart/form-data") return receiveForm(request, name, take);
  if (mediaType !== "application/json") return take(receiveRaw(request, name ?? ""));
  const { path } = await parseBody(importRequestSchema, request);
  return addImported(path, { name, collection }, actor);
}

/** Throws `too-large` before anything is read where the sender itself says that it is. */
function assertLength(request: Request, maxBytes: number): void {
  const length = Number(request.headers.get("content-length") ?? 0);
  if (length > maxBytes)
    throw new TesseraError("too-large", `the upload has ${length} bytes; at most ${maxBytes} are taken`);
}

/** The chunks of a body. A reader may leave early: the body is not cancelled then, which would cut the connection before the answer. */
function chunksOf(body: ReadableStream<Uint8Array>): AsyncIterable<Uint8Array> {
  return body.values({ preventCancel: true });
}

/** The body of a request as a picture: the body is the file. */
function receiveRaw(request: Request, name: string): IncomingImage {
  const maxBytes = environment().maxUploadBytes;
  assertLength(request, maxBytes);
  if (!request.body)
    throw new TesseraError("bad-request", "the request has no body", { remedy: "send the file as body" });
  return { source: chunksOf(request.body), name, maxBytes };
}

/** The first file of a multipart form, given to `take` while it streams in. Throws `bad-request` where there is none. */
async function receiveForm<T>(
  request: Request,
  name: string | undefined,
  take: (file: IncomingImage) => Promise<T>,
): Promise<T> {
  const maxBytes = Math.min(FORM_LIMIT_BYTES, environment().maxUploadBytes);
  // A form has a little more than its file: boundaries and headers.
  assertLength(request, maxBytes + 64 * 1024);
  const body = request.body;
  const contentType = request.headers.get("content-type");
  if (!body || !contentType) throw new TesseraError("bad-request", "the request has no body");
  const parser = openForm(contentType);
  const source = Readable.from(chunksOf(body));
  const taken = new Promise<T>((resolve, reject) => {
    let found = false;
    parser.once("file", (_field, file, info) => {
      found = true;
      // A broken form fails the file too, also when nobody reads it any more.
      file.on("error", () => undefined);
      take({ source: file, name: name ?? info.filename ?? "", maxBytes }).then(resolve, reject);
    });
    pipeline(source, parser).then(
      () => {
        if (!found) reject(new TesseraError("bad-request", "the form holds no file"));
      },
      // Where a file has begun, `take` fails with it, and has thrown away what had come once it tells.
      () => {
        if (found) return;
        reject(new TesseraError("bad-request", "the form is broken or broke off", { remedy: "send it again" }));
      },
    );
  });
  return taken.finally(() => source.destroy());
}

function openForm(contentType: string): busboy.Busboy {
  try {
    return busboy({
      headers: { "content-type": contentType },
      defParamCharset: "utf8",
      limits: { files: 1, fields: 20 },
    });
  } catch (error) {
    throw new TesseraError("bad-request", "the form has no boundary", { cause: error });
  }
}
