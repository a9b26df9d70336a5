import { uploadParams } from "#lib/core/api/uploads.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { readUpload } from "#lib/server/uploads/read-upload.ts";
import { answerTus } from "#lib/server/uploads/tus.ts";

/** What became of an upload; where all its bytes have come, what becomes of it. */
export const GET = withAccess("operator", { params: uploadParams }, ({ params, principal }) =>
  readUpload(params.uploadId, principal),
);

/** How many bytes have come (tus 1.0.0). */
export const HEAD = withAccess("operator", { params: uploadParams }, ({ request, principal }) =>
  answerTus(request, principal),
);

/** More bytes, from the offset on (tus 1.0.0). */
export const PATCH = withAccess("operator", { params: uploadParams }, ({ request, principal }) =>
  answerTus(request, principal),
);

/** Ends an upload: what had come of it is removed (tus 1.0.0). */
export const DELETE = withAccess("operator", { params: uploadParams }, ({ request, principal }) =>
  answerTus(request, principal),
);
