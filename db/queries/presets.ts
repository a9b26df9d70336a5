import type { PoolClient } from "pg";
import type { PresetBody } from "#lib/core/presets/preset.ts";

type Queryable = Pick<PoolClient, "query">;

/** A preset that people made or changed. */
export type PresetRow = { id: string; version: number; body: PresetBody; changedBy: string; changedAt: Date };

const COLUMNS = `id, version, body, changed_by AS "changedBy", changed_at AS "changedAt"`;

/** All stored presets, by id. */
export async function listPresets(client: Queryable): Promise<PresetRow[]> {
  const { rows } = await client.query<PresetRow>(`SELECT ${COLUMNS} FROM presets WHERE NOT removed ORDER BY id`);
  return rows;
}

/** Nobody else changes presets until this transaction ends: which ids are free, and which version is next, stays true. */
export async function lockPresets(client: Queryable): Promise<void> {
  await client.query("LOCK TABLE presets IN SHARE ROW EXCLUSIVE MODE");
}

/** Stores the next version of a preset; `after` is the version that it follows at least. */
export async function writePreset(
  client: Queryable,
  preset: { id: string; body: PresetBody; after: number; actor: string },
): Promise<PresetRow> {
  const { rows } = await client.query<PresetRow>(
    `INSERT INTO presets (id, version, body, changed_by) VALUES ($1, $2::int + 1, $3, $4)
      ON CONFLICT (id) DO UPDATE SET version = greatest(presets.version, $2) + 1, body = excluded.body, removed = false,
        changed_by = excluded.changed_by, changed_at = now()
      RETURNING ${COLUMNS}`,
    [preset.id, preset.after, JSON.stringify(preset.body), preset.actor],
  );
  if (!rows[0]) throw new Error(`the preset ${preset.id} was not written`);
  return rows[0];
}

/** Takes a stored preset away. False where there is none. */
export async function removeStoredPreset(client: Queryable, id: string, actor: string): Promise<boolean> {
  const { rowCount } = await client.query(
    "UPDATE presets SET removed = true, changed_by = $2, changed_at = now() WHERE id = $1 AND NOT removed",
    [id, actor],
  );
  return rowCount === 1;
}
