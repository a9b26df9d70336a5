import type { PoolClient } from "pg";
import type { CarriedFinding } from "#lib/core/formats/format.ts";

type Queryable = Pick<PoolClient, "query">;

export type ImportRow = {
  id: string;
  imageId: string;
  files: { name: string; format: string; added: number }[];
  createdBy: string;
  createdAt: Date;
  undoneAt: Date | null;
};

const COLUMNS = `i.id, i.image_id AS "imageId", i.files, i.created_by AS "createdBy", i.created_at AS "createdAt",
  i.undone_at AS "undoneAt"`;

export async function insertImport(
  client: Queryable,
  { id, imageId, createdBy }: Pick<ImportRow, "id" | "imageId" | "createdBy">,
): Promise<void> {
  await client.query("INSERT INTO imports (id, image_id, created_by) VALUES ($1, $2, $3)", [id, imageId, createdBy]);
}

/** The import, or null where it, or its image, is not there or deleted. With `lock` its row is held to the transaction's end. */
export async function findImport(client: Queryable, id: string, lock = false): Promise<ImportRow | null> {
  const { rows } = await client.query<ImportRow>(
    `SELECT ${COLUMNS} FROM imports i JOIN images ON images.id = i.image_id AND images.deleted_at IS NULL
      WHERE i.id = $1 ${lock ? "FOR UPDATE OF i" : ""}`,
    [id],
  );
  return rows[0] ?? null;
}

/** An image's imports, newest first. */
export async function listImports(client: Queryable, imageId: string): Promise<ImportRow[]> {
  const { rows } = await client.query<ImportRow>(
    `SELECT ${COLUMNS} FROM imports i WHERE i.image_id = $1 ORDER BY i.id DESC LIMIT 200`,
    [imageId],
  );
  return rows;
}

/** Notes a file that the import has brought in. */
export async function noteImportedFile(client: Queryable, id: string, file: ImportRow["files"][number]): Promise<void> {
  await client.query("UPDATE imports SET files = files || $2::jsonb WHERE id = $1", [id, JSON.stringify([file])]);
}

/**
 * Whether the image has findings that an import's are to be compared with: any but its own. Where it has, the planner is told of them:
 * without fresh figures it looks for neighbours by image alone, which for each finding reads all others.
 */
export async function prepareComparison(client: Queryable, imageId: string, importId: string): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM findings WHERE image_id = $1 AND deleted_at IS NULL AND import_id IS DISTINCT FROM $2::uuid) AS found`,
    [imageId, importId],
  );
  if (rows[0]?.found !== true) return false;
  await client.query("ANALYZE findings");
  return true;
}

/** A finding on its way in, with the id that it gets where its own is taken or it has none. */
export type Incoming = CarriedFinding & { readonly newId: string };

/** What becomes of incoming findings. */
export type ImportPlace = {
  imageId: string;
  importId: string;
  /** False: it is only told what would come in. */
  writes: boolean;
  createdBy: string;
  /** What the image has already is left out; otherwise all is taken. */
  compares: boolean;
  /** Least intersection over union of two findings that are one. */
  overlap: number;
};

/**
 * Brings findings in, but for those that the image has already: by id, or of the same class on the same page at (nearly) the same
 * place. What the same import brought in before is not compared with. An id that is taken elsewhere, or by what was deleted, is
 * replaced. Returns the positions in `findings` of those that are new.
 */
export async function bringIn(
  client: Queryable,
  place: ImportPlace,
  findings: readonly Incoming[],
): Promise<Set<number>> {
  const { rows } = await client.query<{ position: number }>(
    `WITH input AS (
        SELECT * FROM jsonb_to_recordset($1::jsonb) AS r(position int, id uuid, "newId" uuid, page int, x float8, y float8,
          width float8, height float8, geometry jsonb, label text, score real, text text, measurements jsonb, disagreement real,
          review text)),
      fresh AS (
        SELECT input.*, taken.id IS NOT NULL AS is_taken FROM input
          LEFT JOIN findings taken ON taken.id = input.id
          WHERE NOT $4::boolean OR NOT (
            coalesce(taken.image_id = $2 AND taken.deleted_at IS NULL AND taken.import_id IS DISTINCT FROM $3::uuid, false)
            OR EXISTS (
              SELECT 1 FROM findings f,
                LATERAL (SELECT
                  greatest(0, least(f.x + f.width, input.x + input.width) - greatest(f.x, input.x))
                    * greatest(0, least(f.y + f.height, input.y + input.height) - greatest(f.y, input.y)) AS common) AS shared
                WHERE f.image_id = $2 AND f.deleted_at IS NULL AND f.page = input.page AND f.label = input.label
                  AND f.import_id IS DISTINCT FROM $3::uuid
                  AND f.box && box(point(input.x, input.y), point(input.x + input.width, input.y + input.height))
                  AND (shared.common > 0 AND shared.common >= $5::float8 * (
                      f.width * f.height + input.width * input.height - shared.common)
                    OR (f.x, f.y, f.width, f.height) = (input.x, input.y, input.width, input.height))))),
      added AS (
        INSERT INTO findings (id, image_id, page, x, y, width, height, geometry, label, score, text, measurements, disagreement,
            source, review, import_id, created_by)
          SELECT CASE WHEN id IS NULL OR is_taken THEN "newId" ELSE id END, $2, page, x, y, width, height, geometry, label, score,
              text, measurements, disagreement, 'import', review, $3, $6 FROM fresh WHERE $7::boolean)
      SELECT position FROM fresh`,
    [
      JSON.stringify(findings.map(toRecord)),
      place.imageId,
      place.importId,
      place.compares,
      place.overlap,
      place.createdBy,
      place.writes,
    ],
  );
  return new Set(rows.map((row) => row.position));
}

function toRecord(finding: Incoming, position: number): Record<string, unknown> {
  const { box, ...fields } = finding;
  const [x, y, width, height] = box;
  return { position, ...fields, x, y, width, height };
}

/** Removes what an import brought in and nobody changed since. Returns how many went, and how many stay. */
export async function undoImport(client: Queryable, id: string): Promise<{ removed: number; kept: number }> {
  const { rowCount } = await client.query(
    `UPDATE findings SET deleted_at = now(), version = version + 1, updated_at = now()
      WHERE import_id = $1 AND deleted_at IS NULL AND version = 1
        AND NOT EXISTS (SELECT 1 FROM comments WHERE comments.finding_id = findings.id)`,
    [id],
  );
  await client.query("UPDATE imports SET undone_at = now() WHERE id = $1", [id]);
  const { rows } = await client.query<{ kept: number }>(
    "SELECT count(*)::int AS kept FROM findings WHERE import_id = $1 AND deleted_at IS NULL",
    [id],
  );
  return { removed: rowCount ?? 0, kept: rows[0]?.kept ?? 0 };
}
