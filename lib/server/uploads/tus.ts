import { Server } from "@tus/server";
import { environment } from "#lib/config/env.ts";
import { type ErrorCode, messageOf, TesseraError } from "#lib/core/errors.ts";
import { uuidv7 } from "#lib/uuid.ts";
import type { Principal } from "../access/principal.ts";
import { finishUpload } from "./finish-upload.ts";
import { TusStore } from "./tus-store.ts";
import { uploadLocks } from "./upload-locks.ts";

const PATH = "/api/v1/uploads";
const VERSION = "1.0.0";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What a request that is asked to stop still has to bring its last bytes to the disk. */
const DRAIN_MS = 300;

/**
 * Answers a request of the resumable upload protocol tus 1.0.0 (creation, creation with upload, termination, expiration) for one
 * principal, to whom nobody else's uploads exist. The request that brings the last byte is answered when the file is an image,
 * which `Content-Location` names. Throws for everything that is refused.
 */
export async function answerTus(request: Request, principal: Principal): Promise<Response> {
  if (request.method !== "OPTIONS" && request.headers.get("tus-resumable") !== VERSION) {
    throw new TesseraError("unsupported-version", `the header Tus-Resumable must say ${VERSION}`);
  }
  let failure: unknown;
  const server = new Server({
    path: PATH,
    relativeLocation: true,
    datastore: new TusStore(principal),
    locker: uploadLocks,
    lockDrainTimeout: DRAIN_MS,
    maxSize: environment().maxUploadBytes,
    namingFunction: () => uuidv7(),
    getFileIdFromRequest: (_request, last) => (last !== undefined && UUID.test(last) ? last : undefined),
    onUploadFinish: async (_request, upload) => {
      const imageId = await finishUpload(upload.id, principal, statedDigest(request));
      return { headers: { "Content-Location": `/api/v1/images/${imageId}` } };
    },
    onResponseError: (_request, error) => {
      failure = error;
      return undefined;
    },
  });
  const response = await server.handleWeb(request);
  if (response.status >= 400)
    throw asOwnError(failure ?? { status_code: response.status, body: await response.text() });
  for (const name of [...response.headers.keys()]) {
    if (name.startsWith("access-control-")) response.headers.delete(name);
  }
  response.headers.set("cache-control", "no-store");
  return response;
}

/** SHA-256 of the whole file in hexadecimal, where the request states it: `Repr-Digest: sha-256=:BASE64:` (RFC 9530). */
function statedDigest(request: Request): string | null {
  const field = request.headers.get("repr-digest");
  const digest = field && /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/.exec(field)?.[1];
  return digest ? Buffer.from(digest, "base64").toString("hex") : null;
}

const CODES: Readonly<Record<number, ErrorCode>> = {
  400: "bad-request",
  403: "bad-request",
  404: "not-found",
  409: "conflict",
  410: "not-found",
  413: "too-large",
  500: "conflict",
};

/** The protocol's server throws plain objects with a status and a line of text. */
function asOwnError(thrown: unknown): unknown {
  if (thrown instanceof Error && !("status_code" in thrown)) return thrown;
  if (typeof thrown !== "object" || thrown === null || !("status_code" in thrown) || !("body" in thrown)) return thrown;
  const code = CODES[Number(thrown.status_code)] ?? "internal";
  const text = String(thrown.body).trim();
  return new TesseraError(code, text === "" ? messageOf(thrown) : `${text.charAt(0).toLowerCase()}${text.slice(1)}`);
}
