import type { PoolClient } from "pg";

type Queryable = Pick<PoolClient, "query">;

/** What came of the last real call of a model; `problem` is null where it answered. */
export type KeptTrial = { problem: string | null; ageSeconds: number };

/** The last real call of a model that is remembered, or null. */
export async function readTrial(client: Queryable, model: string): Promise<KeptTrial | null> {
  const { rows } = await client.query<KeptTrial>(
    `SELECT problem, extract(epoch FROM now() - at)::float8 AS "ageSeconds" FROM model_trials WHERE model = $1`,
    [model],
  );
  return rows[0] ?? null;
}

/** Remembers what came of a real call of a model. */
export async function keepTrial(client: Queryable, model: string, problem: string | null): Promise<void> {
  await client.query(
    `INSERT INTO model_trials (model, problem) VALUES ($1, $2)
      ON CONFLICT (model) DO UPDATE SET problem = excluded.problem, at = now()`,
    [model, problem],
  );
}
