import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { type FakeBehaviour, type FakeProvider, startFakeProvider } from "./fake-provider.ts";
import { noisePicture } from "./pictures.ts";
import { randomFrom } from "./random.ts";
import { findingsOf, startFakeRun } from "./runs.ts";
import { connectTo, killAll, killServer, type RunningServer, startServer } from "./server.ts";

/** Runs under faults that a seed draws, and what must hold after each. */

const SIDE = 128;

/** What is done to a run. Probabilities a call; times in milliseconds. */
type Faults = {
  throttled: number;
  retryAfter: boolean;
  errors: number;
  hangs: number;
  resets: number;
  allows: number;
  latencyMs: number;
  cap: number;
  /** Kills of the server, true: with Postgres, each so long after the one before. */
  kills: { afterMs: number; postgres: boolean }[];
};

/** What came of it. */
type Outcome = { seconds: number; calls: number; repeated: number; refused: number };

export type Chaos = {
  /** Runs once without any fault: what all others are held to. */
  undisturbed(): Promise<void>;
  /** Runs under faults, checks all that must hold, says what happened. */
  run(faults: Faults): Promise<Outcome>;
  close(): Promise<void>;
};

/** The faults of a seed. */
export function faultsOf(seed: number, kills: number): Faults {
  const random = randomFrom(seed * 7919);
  for (let warm = 0; warm < 5; warm += 1) random();
  return {
    throttled: random() * 0.1,
    retryAfter: random() < 0.5,
    errors: random() * 0.05,
    hangs: random() * 0.01,
    resets: random() * 0.02,
    allows: random() < 0.5 ? 4 + Math.floor(random() * 12) : Number.POSITIVE_INFINITY,
    latencyMs: 10 + random() * 60,
    cap: 8 + Math.floor(random() * 24),
    kills: Array.from({ length: kills }, () => ({ afterMs: 500 + random() * 3000, postgres: random() < 0.5 })),
  };
}

const NO_FAULTS: Faults = {
  throttled: 0,
  retryAfter: false,
  errors: 0,
  hangs: 0,
  resets: 0,
  allows: Number.POSITIVE_INFINITY,
  latencyMs: 5,
  cap: 16,
  kills: [],
};

/** An installation with one picture of `columns` × `rows` tiles and a provider that fails as told. */
export async function startChaos(columns: number, rows: number): Promise<Chaos> {
  const dataDir = await mkdtemp(join(tmpdir(), "tessera-chaos-"));
  const provider = await startFakeProvider({ detections: "from-pixels" });
  const start = () => startServer({ dataDir, env: { OPENAI_COMPATIBLE_BASE_URL: provider.url } });
  let server = await start();
  const imageId = (await server.upload("noise.jpg", await noisePicture(columns * SIDE, rows * SIDE))).id;
  let expected: string[] | null = null;

  async function run(faults: Faults): Promise<Outcome> {
    misbehave(provider, faults);
    const before = { calls: provider.calls, refused: provider.refused, answered: new Map(provider.answered) };
    const from = Date.now();
    const runId = await startFakeRun(await server.api("operator"), imageId, {
      retry: { attempts: 12, backoffMs: 100, timeoutMs: 3000 },
      concurrency: faults.cap,
    });
    for (const { afterMs, postgres } of faults.kills) {
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      await (postgres ? killAll(server) : killServer(server));
      server = await start();
    }
    const api = await server.api("operator");
    const state = async () => (await api.get<{ state: string }>(`/api/v1/runs/${runId}`)).state;
    await expect.poll(state, { timeout: 900_000, intervals: [500] }).toMatch(/completed|partial|failed|paused/);
    const found = await check(server, dataDir, runId, columns * rows);
    expected ??= found;
    expect(found, "findings as in an undisturbed run").toEqual(expected);
    let repeated = 0;
    for (const [hash, times] of provider.answered) {
      repeated += Math.max(0, times - (before.answered.get(hash) ?? 0) - 1);
    }
    expect(repeated, "calls that had succeeded and were repeated").toBeLessThanOrEqual(
      faults.cap * faults.kills.length,
    );
    const seconds = (Date.now() - from) / 1000;
    return { seconds, calls: provider.calls - before.calls, repeated, refused: provider.refused - before.refused };
  }

  return {
    undisturbed: async () => void (await run(NO_FAULTS)),
    run,
    async close() {
      await server.stop();
      await provider.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function misbehave(provider: FakeProvider, faults: Faults): void {
  const random = randomFrom(faults.cap * 31 + Math.round(faults.latencyMs));
  const behaviour = (): FakeBehaviour => {
    let draw = random();
    const falls = (share: number): boolean => {
      draw -= share;
      return draw < 0;
    };
    if (falls(faults.throttled)) {
      return { kind: "status", status: 429, ...(faults.retryAfter && { headers: { "retry-after-ms": "300" } }) };
    }
    if (falls(faults.errors)) return { kind: "status", status: 500 };
    if (falls(faults.hangs)) return { kind: "hang" };
    if (falls(faults.resets)) return { kind: "reset" };
    return { kind: "ok" };
  };
  provider.set({ behaviour, allows: faults.allows, latencyMs: faults.latencyMs });
}

type Run = {
  state: string;
  reason: string | null;
  tiles: Record<string, number>;
  findings: number;
  tokens: { input: number };
};

/** Ledger, events, findings and what the API says of them agree, and every tile is done. Returns the findings. */
async function check(server: RunningServer, dataDir: string, runId: string, tiles: number): Promise<string[]> {
  const run = await (await server.api("operator")).get<Run>(`/api/v1/runs/${runId}`);
  expect(run.reason).toBeNull();
  expect(run.state).toBe("completed");
  expect(run.tiles).toEqual({ pending: 0, running: 0, done: tiles, failed: 0, skipped: 0 });
  const database = await connectTo(dataDir);
  try {
    const { rows } = await database.query(
      `SELECT
        (SELECT count(*)::int FROM tiles WHERE run_id = $1 AND state = 'done' AND worker IS NULL) AS done,
        (SELECT sum(input_tokens)::int FROM tiles WHERE run_id = $1) AS tokens,
        (SELECT count(*)::int FROM (
            SELECT DISTINCT ON (event->>'index') event->>'state' AS state FROM outbox
             WHERE run_id = $1 AND event->>'kind' = 'tile' ORDER BY event->>'index', xid DESC, id DESC) AS last
          WHERE state = 'done') AS "toldDone",
        (SELECT count(*)::int FROM outbox WHERE run_id = $1 AND event->>'kind' = 'tile' AND event->>'state' = 'done') AS "doneEvents",
        (SELECT count(*)::int FROM findings WHERE run_id = $1 AND deleted_at IS NULL) AS findings,
        (SELECT count(*)::int FROM findings WHERE run_id = $1 AND provisional) AS provisional`,
      [runId],
    );
    expect(rows[0]).toEqual({
      done: tiles,
      tokens: run.tokens.input,
      toldDone: tiles,
      doneEvents: tiles,
      findings: run.findings,
      provisional: 0,
    });
    return await findingsOf(database, runId);
  } finally {
    await database.end();
  }
}
