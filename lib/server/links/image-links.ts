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
import type { ImageLink } from "#lib/core/api/links.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { forgetRecentAnswers, recentAnswer } from "../access/recent-answers.ts";
import { requireImage } from "../images/read-image.ts";
import { isSignedBy, readPathToken, writePathToken } from "./path-token.ts";

const SECRET_BYTES = 32;

function present(row: ImageLinkRow): ImageLink {
  const isGood = row.revokedAt === null && row.expiresAt.getTime() > Date.now();
  return {
    id: row.id,
    imageId: row.imageId,
    name: row.name,
    findings: row.findings,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    revokedAt: row.revokedAt?.toISOString() ?? null,
    path: isGood ? `/iiif/3/${writePathToken(row)}/info.json` : null,
    manifestPath: isGood ? `/iiif/3/${writePathToken(row)}/manifest.json` : null,
  };
}

/** Makes a link that lets other viewers see the image until it expires. Audited. Throws `not-found`. */
export async function createImageLink(
  imageId: string,
  request: { name: string; expiresInSeconds: number; findings?: boolean },
  actor: string,
): Promise<ImageLink> {
  await requireImage(imageId);
  const id = uuidv7();
  // Whole seconds, as the token has them.
  const expiresAt = new Date((Math.floor(Date.now() / 1000) + request.expiresInSeconds) * 1000);
  const row = await inTransaction(async (client) => {
    const { name, findings = false } = request;
    const details = { image: imageId, name, findings, expiresAt: expiresAt.toISOString() };
    await audit(client, { actor, action: "create-image-link", subject: `image-link:${id}`, details });
    const secret = randomBytes(SECRET_BYTES).toString("hex");
    return insertImageLink(client, { id, imageId, name, secret, findings, createdBy: actor, expiresAt });
  });
  return present(row);
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

/** What a token in an address lets its bearer see; null for one that is forged, expired or revoked. */
export async function imageOfLink(text: string): Promise<{ imageId: string; findings: boolean } | null> {
  const token = readPathToken(text);
  if (!token || token.expiresAt.getTime() <= Date.now()) return null;
  const link = await recentAnswer(`image-link ${token.linkId}`, () => findImageLink(pool(), token.linkId));
  return link && isSignedBy(token, link.secret) ? { imageId: link.imageId, findings: link.findings } : null;
}
