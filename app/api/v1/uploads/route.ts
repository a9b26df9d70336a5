import { withAccess } from "#lib/server/access/with-access.ts";
import { readUnfinishedUploads } from "#lib/server/uploads/read-upload.ts";
import { answerTus } from "#lib/server/uploads/tus.ts";

/** The caller's own uploads that are not an image yet. */
export const GET = withAccess("operator", {}, async ({ principal }) => ({
  items: await readUnfinishedUploads(principal),
  nextCursor: null,
}));

/** Begins a resumable upload (tus 1.0.0). */
export const POST = withAccess("operator", {}, ({ request, principal }) => answerTus(request, principal));

/** What is spoken of the protocol. */
export const OPTIONS = withAccess("operator", {}, ({ request, principal }) => answerTus(request, principal));
