import { expect } from "@playwright/test";
import type { Client } from "pg";
import { findingsOf } from "../runs.ts";
import type { Api } from "../server.ts";

type Run = {
  state: string;
  reason: string | null;
  tiles: Record<string, number>;
  findings: number;
  throttled: number;
  tokens: { input: number; output: number };
};

/**
 * What must hold of a run that has ended, whatever was done to it: every planned tile is done, and once; ledger, events, findings and
 * what the API says of them agree. Returns its findings, and how many refusals its events tell of.
 */
export async function checkRun(
  api: Api,
  database: Client,
  runId: string,
  tiles: number,
): Promise<{ findings: string[]; refusals: number }> {
  const run = await api.get<Run>(`/api/v1/runs/${runId}`);
  expect(run.reason).toBeNull();
  expect(run.state).toBe("completed");
  expect(run.tiles).toEqual({ pending: 0, running: 0, done: tiles, failed: 0, skipped: 0 });

  expect(await ledgerOf(database, runId), "the ledger").toEqual({
    tiles,
    done: tiles,
    held: 0,
    planned: tiles,
    tokens: run.tokens.input + run.tokens.output,
  });
  const { refusals, ...events } = await eventsOf(database, runId);
  expect(events, "what the events tell").toEqual({
    done: tiles,
    lastDone: tiles,
    claimsAgree: tiles,
    tokensAgree: tiles,
  });
  expect(refusals, "refusals that the events tell of").toBe(run.throttled);
  const { raw, told, ...findings } = await detectionsOf(database, runId);
  expect(findings, "findings").toEqual({ findings: run.findings, provisional: 0, members: raw });
  expect(told, "detections that were told of").toBe(raw);
  // What the processes held of the run's cap is given back a moment after its end.
  await expect.poll(() => sharesOf(database, runId), { timeout: 15_000 }).toBe(0);
  return { findings: await findingsOf(database, runId), refusals };
}

async function only<T extends object>(database: Client, runId: string, sql: string): Promise<T> {
  const { rows } = await database.query<T>(sql, [runId]);
  if (!rows[0]) throw new Error("an aggregate gave no row");
  return rows[0];
}

function ledgerOf(database: Client, runId: string) {
  return only(
    database,
    runId,
    `SELECT count(*)::int AS tiles, count(*) FILTER (WHERE state = 'done')::int AS done,
        count(*) FILTER (WHERE worker IS NOT NULL)::int AS held, sum(input_tokens + output_tokens)::int AS tokens,
        (SELECT tiles_total FROM runs WHERE id = $1) AS planned
      FROM tiles WHERE run_id = $1`,
  );
}

/** By the events alone: tiles that are done once, whose last word is so, that were claimed and used as the ledger says, replies that nobody could read among it. */
function eventsOf(database: Client, runId: string) {
  return only<{ done: number; lastDone: number; claimsAgree: number; tokensAgree: number; refusals: number }>(
    database,
    runId,
    `WITH told AS (
        SELECT xid, id, event, (event->>'index')::int AS index FROM outbox WHERE run_id = $1 AND event->>'kind' = 'tile'),
      last AS (SELECT DISTINCT ON (index) index, event->>'state' AS state FROM told ORDER BY index, xid DESC, id DESC),
      done AS (
        SELECT index, count(*) FILTER (WHERE event->>'state' = 'done') AS times, sum((event->>'tokens')::int) AS tokens FROM told GROUP BY 1),
      claims AS (
        SELECT claimed.index::int AS index, count(*) AS times
          FROM outbox, jsonb_array_elements_text(event->'indexes') AS claimed(index)
         WHERE run_id = $1 AND event->>'kind' = 'claimed' GROUP BY 1)
      SELECT (SELECT count(*)::int FROM done WHERE times = 1) AS done,
        (SELECT count(*)::int FROM last WHERE state = 'done') AS "lastDone",
        (SELECT count(*)::int FROM tiles JOIN claims USING (index) WHERE run_id = $1 AND times = attempts) AS "claimsAgree",
        (SELECT count(*)::int FROM tiles JOIN done USING (index) WHERE run_id = $1 AND tokens = input_tokens + output_tokens) AS "tokensAgree",
        (SELECT count(*)::int FROM told WHERE (event->>'throttled')::boolean) AS refusals`,
  );
}

/** Raw detections of the ledger, those that were told of, and those that the findings are made of. */
function detectionsOf(database: Client, runId: string) {
  return only<{ raw: number; told: number; findings: number; provisional: number; members: number }>(
    database,
    runId,
    `SELECT (SELECT sum(jsonb_array_length(detections))::int FROM tiles WHERE run_id = $1) AS raw,
        (SELECT sum(jsonb_array_length(event->'added'))::int FROM outbox WHERE run_id = $1 AND event->>'kind' = 'findings') AS told,
        count(*)::int AS findings, count(*) FILTER (WHERE provisional)::int AS provisional,
        sum(jsonb_array_length(members))::int AS members
      FROM findings WHERE run_id = $1 AND deleted_at IS NULL`,
  );
}

async function sharesOf(database: Client, runId: string): Promise<number> {
  const { rows } = await database.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM limit_shares WHERE scope = 'run:' || $1",
    [runId],
  );
  return rows[0]?.count ?? -1;
}
