import type { Client } from "pg";
import type { Api } from "./server.ts";

/** The model that the fake provider answers for. */
export const FAKE_MODEL = "openai-compatible:fake";

/** Starts a run of an image at the fake provider, in tiles of 128 px unless `more` says otherwise. Returns its id. */
export async function startFakeRun(
  api: Pick<Api, "post">,
  imageId: string,
  more: Record<string, unknown>,
): Promise<string> {
  const run = await api.post<{ id: string }>(`/api/v1/images/${imageId}/runs`, {
    preset: "ask",
    classes: ["thing"],
    tiling: { tile: 128, overlap: 0 },
    wholePicture: false,
    minScore: 0,
    model: FAKE_MODEL,
    allowProviders: ["openai-compatible"],
    ...more,
  });
  return run.id;
}

/** Everything about the findings of a run but their ids and times, in a fixed order. */
export async function findingsOf(database: Client, runId: string): Promise<string[]> {
  const { rows } = await database.query<{ line: string }>(
    `SELECT concat_ws('|', page, x, y, width, height, label, score, review, provisional, members) AS line FROM findings
      WHERE run_id = $1 ORDER BY 1`,
    [runId],
  );
  return rows.map((row) => row.line);
}
