import type { PoolClient } from "pg";
import type { SharedView } from "#lib/core/api/links.ts";

type Queryable = Pick<PoolClient, "query">;

export type ImageLinkRow = {
  id: string;
  imageId: string;
  name: string;
  /** What its address is signed with, in hex. */
  secret: string;
  findings: boolean;
  runId: string | null;
  view: SharedView | null;
  createdBy: string;
  createdAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
};

const COLUMNS = `id, image_id AS "imageId", name, secret, findings, run_id AS "runId", view, created_by AS "createdBy", created_at AS "createdAt",
  expires_at AS "expiresAt", revoked_at AS "revokedAt"`;

/** Keeps a new link. */
export async function insertImageLink(
  client: Queryable,
  link: Omit<ImageLinkRow, "createdAt" | "revokedAt">,
): Promise<ImageLinkRow> {
  const { rows } = await client.query<ImageLinkRow>(
    `INSERT INTO image_links (id, image_id, name, secret, findings, run_id, view, created_by, expires_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      RETURNING ${COLUMNS}`,
    [
      link.id,
      link.imageId,
      link.name,
      link.secret,
      link.findings,
      link.runId,
      link.view && JSON.stringify(link.view),
      link.createdBy,
      link.expiresAt,
    ],
  );
  const saved = rows[0];
  if (!saved) throw new Error("the image_links table gave no row");
  return saved;
}

/** The link, or null where there is none, it was revoked or has expired. */
export async function findImageLink(client: Queryable, id: string): Promise<ImageLinkRow | null> {
  const { rows } = await client.query<ImageLinkRow>({
    name: "find-image-link",
    text: `SELECT ${COLUMNS} FROM image_links WHERE id = $1 AND revoked_at IS NULL AND expires_at > now()`,
    values: [id],
  });
  return rows[0] ?? null;
}

/** All links of an image, newest first, also those that are good no more. */
export async function listImageLinks(client: Queryable, imageId: string): Promise<ImageLinkRow[]> {
  const { rows } = await client.query<ImageLinkRow>(
    `SELECT ${COLUMNS} FROM image_links WHERE image_id = $1 ORDER BY id DESC`,
    [imageId],
  );
  return rows;
}

/** Takes a link's power away. False where the image has no such link in force. */
export async function revokeImageLink(client: Queryable, imageId: string, id: string): Promise<boolean> {
  const { rowCount } = await client.query(
    "UPDATE image_links SET revoked_at = now() WHERE id = $1 AND image_id = $2 AND revoked_at IS NULL",
    [id, imageId],
  );
  return rowCount === 1;
}
