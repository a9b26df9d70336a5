import { randomBytes } from "node:crypto";
import { inTransaction, pool } from "#db/client.ts";
import { audit } from "#db/queries/audit.ts";
import {
  findImageLink,
  type ImageLinkRow,
  insertImageLink,
  listImageLinks,
  revokeImageLink,
} from "#db/queries/image-links.ts";
import { findRun } from "#db/queries/runs.ts";
import type { PageSize } from "#db/schema/images.ts";
import type { ImageLink, NewImageLink, SharedView } from "#lib/core/api/links.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { forgetRecentAnswers, recentAnswer } from "../access/recent-answers.ts";
import { requireImage } from "../images/read-image.ts";
import { isSignedBy, readPathToken, writePathToken } from "./path-token.ts";

const SECRET_BYTES = 32;

function present(row: ImageLinkRow): ImageLink {
  const isGood = row.revokedAt === null && row.expiresAt.getTime() > Date.now();
  const shared = sharedKind(row);
  return {
    id: row.id,
    imageId: row.imageId,
    name: row.name,
    findings: row.findings,
    view: row.view,
    run: row.runId,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    revokedAt: row.revokedAt?.toISOString() ?? null,
    path: isGood && shared === null ? `/iiif/3/${writePathToken(row)}/info.json` : null,
    manifestPath: isGood && shared === null ? `/iiif/3/${writePathToken(row)}/manifest.json` : null,
    sharedPath: isGood && shared !== null ? `/shared/${writePathToken(row)}/${shared}` : null,
  };
}

/** What a link shows of the image alone; null: all of it. A view may be of one run, and is no report of it then. */
function sharedKind({ view, runId }: Pick<ImageLinkRow, "view" | "runId">): "view" | "report" | null {
  if (view !== null) return "view";
  return runId === null ? null : "report";
}

/** Makes a link that lets others see the image, a view of it or a report until it expires. Audited. Throws `not-found`, `bad-input`. */
export async function createImageLink(
  imageId: string,
  request: Pick<NewImageLink, "name" | "expiresInSeconds"> & Partial<NewImageLink>,
  actor: string,
): Promise<ImageLink> {
  const { name, findings = false, view = null, run: runId = null } = request;
  const image = await requireImage(imageId);
  if (view) requireWithin(view, image.pages[view.page]);
  if (runId !== null && (await findRun(pool(), runId))?.imageId !== imageId) {
    throw new TesseraError("bad-input", "the image has no such run");
  }
  const id = uuidv7();
  // Whole seconds, as the token has them.
  const expiresAt = new Date((Math.floor(Date.now() / 1000) + request.expiresInSeconds) * 1000);
  const row = await inTransaction(async (client) => {
    const details = { image: imageId, name, findings, view, run: runId, expiresAt: expiresAt.toISOString() };
    await audit(client, { actor, action: "create-image-link", subject: `image-link:${id}`, details });
    const secret = randomBytes(SECRET_BYTES).toString("hex");
    return insertImageLink(client, { id, imageId, name, secret, findings, view, runId, createdBy: actor, expiresAt });
  });
  return present(row);
}

function requireWithin({ region: [x, y, width, height] }: SharedView, page: PageSize | undefined): void {
  const isWithin = page && x >= 0 && y >= 0 && x + width <= page.width && y + height <= page.height;
  if (isWithin && width >= 1 && height >= 1) return;
  throw new TesseraError("bad-input", "the view does not lie within a page of the image");
}

/** All links of an image, newest first. Throws `not-found` where there is no such image. */
export async function readImageLinks(imageId: string): Promise<ImageLink[]> {
  await requireImage(imageId);
  return (await listImageLinks(pool(), imageId)).map(present);
}

/** Takes a link's power away at once. Throws `not-found`. */
export async function endImageLink(imageId: string, id: string, actor: string): Promise<void> {
  await inTransaction(async (client) => {
    if (!(await revokeImageLink(client, imageId, id))) {
      throw new TesseraError("not-found", "the image has no such link in force");
    }
    await audit(client, { actor, action: "revoke-image-link", subject: `image-link:${id}` });
  });
  forgetRecentAnswers();
}

/** What a link shows, and of which image. */
export type Shared = Pick<ImageLinkRow, "imageId" | "name" | "findings" | "view" | "runId" | "expiresAt">;

/** The image that a token in an address lets its bearer see by IIIF; null for one that is forged, expired or revoked, or shares less. */
export async function imageOfLink(text: string): Promise<{ imageId: string; findings: boolean } | null> {
  const link = await goodLink(text);
  return link && link.view === null && link.runId === null ? { imageId: link.imageId, findings: link.findings } : null;
}

/** The view or report that a token lets its bearer see. Throws `not-found` for any other. */
export async function requireShared(text: string, kind: "view" | "report"): Promise<Shared> {
  const link = await goodLink(text);
  if (link && sharedKind(link) === kind) return link;
  throw new TesseraError("not-found", "this link is none that is good", { remedy: "ask for a new one" });
}

async function goodLink(text: string): Promise<ImageLinkRow | null> {
  const token = readPathToken(text);
  if (!token || token.expiresAt.getTime() <= Date.now()) return null;
  const link = await recentAnswer(`image-link ${token.linkId}`, () => findImageLink(pool(), token.linkId));
  return link && isSignedBy(token, link.secret) ? link : null;
}
