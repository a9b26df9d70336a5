import type { PoolClient } from "pg";
import type { ClassColours } from "#lib/core/detection/class-colour.ts";

type Queryable = Pick<PoolClient, "query">;

/** The colours that runs of an image give to classes: those of one run, of several, or of all, where that which was started last decides. */
export async function readClassColours(
  client: Queryable,
  { imageId, run }: { imageId: string; run?: string | readonly string[] | null | undefined },
): Promise<ClassColours> {
  const { rows } = await client.query<{ colours: ClassColours }>(
    `SELECT configuration->'colours' AS colours FROM runs
      WHERE image_id = $1 AND ($2::uuid[] IS NULL OR id = ANY($2)) AND configuration ? 'colours' ORDER BY created_at, id`,
    [imageId, run ? [run].flat() : null],
  );
  return Object.assign({}, ...rows.map(({ colours }) => colours));
}
