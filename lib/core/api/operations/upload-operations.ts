import { pageOf } from "../params.ts";
import { uploadSchema } from "../uploads.ts";
import type { Operation } from "./operation.ts";

const TUS = { "Tus-Resumable": "1.0.0" } as const;
const DIGEST = "SHA-256 of the whole file, compared when its last byte has come: sha-256=:BASE64: (RFC 9530)";
const BYTES = ["application/offset+octet-stream"] as const;

export const UPLOAD_OPERATIONS: readonly Operation[] = [
  {
    method: "get",
    path: "/uploads",
    role: "operator",
    summary: "The caller's own uploads that are not an image yet, oldest first",
    status: 200,
    answer: pageOf(uploadSchema),
  },
  {
    method: "post",
    path: "/uploads",
    role: "operator",
    summary: "Begins a resumable upload (tus 1.0.0: creation, with upload); Location says where it goes on",
    headers: {
      ...TUS,
      "Upload-Length": "bytes of the whole file",
      "Upload-Metadata":
        "filename, collection, sha256 (of the whole file, in hexadecimal), lastModified; values in base64",
      "Repr-Digest": DIGEST,
    },
    body: BYTES,
    status: 201,
  },
  {
    method: "options",
    path: "/uploads",
    role: "operator",
    summary: "Version and extensions of the upload protocol, and the largest size",
    status: 204,
  },
  {
    method: "get",
    path: "/uploads/{uploadId}",
    role: "operator",
    summary:
      "One of the caller's own uploads: how far it is and what became of it; one that is complete is finished and waited for",
    status: 200,
    answer: uploadSchema,
  },
  {
    method: "head",
    path: "/uploads/{uploadId}",
    role: "operator",
    summary: "How many bytes have come, in Upload-Offset (tus 1.0.0)",
    headers: TUS,
    status: 200,
  },
  {
    method: "patch",
    path: "/uploads/{uploadId}",
    role: "operator",
    summary:
      "More bytes from the offset on (tus 1.0.0). What brings the last one is answered when the file is an image, which Content-Location names",
    headers: { ...TUS, "Upload-Offset": "bytes that have come already", "Repr-Digest": DIGEST },
    body: BYTES,
    status: 204,
  },
  {
    method: "delete",
    path: "/uploads/{uploadId}",
    role: "operator",
    summary: "Ends an upload: what had come of it is removed (tus 1.0.0: termination)",
    headers: TUS,
    status: 204,
  },
];
