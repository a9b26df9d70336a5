import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "@playwright/test";
import { startFakeProvider } from "../fake-provider.ts";
import { noisePicture } from "../pictures.ts";
import { FAKE_MODEL, startFakeRun } from "../runs.ts";
import { connectTo } from "../server.ts";
import { perform, press, TILE_TIMEOUT_MS } from "./act.ts";
import { checkEnforced } from "./check-provider.ts";
import { checkRun } from "./check-run.ts";
import { type Course, look, noteMost, noteProgress, progressTo, repeatedIn, type Setting, SIDE } from "./course.ts";
import { startInstallation } from "./installation.ts";
import { type Mischief, misbehave } from "./misbehave.ts";
import { type Scenario, UNDISTURBED } from "./scenario.ts";

/** Runs under what a scenario does to them, and what must hold after each. */

/** What came of it. */
export type Outcome = {
  seconds: number;
  calls: number;
  repeated: number;
  refused: number;
  mostInFlight: number;
  longestStallSeconds: number;
};

export type Chaos = {
  /** How the run went that nobody disturbed: what all others are held to. */
  undisturbed: Outcome;
  /** Runs a scenario, checks all that must hold, says what happened. */
  run(scenario: Scenario): Promise<Outcome>;
  close(): Promise<void>;
};

/** An installation with one picture of `columns` × `rows` tiles, analysed once undisturbed, and a provider that fails as told. */
export async function startChaos(columns: number, rows: number): Promise<Chaos> {
  const provider = await startFakeProvider({ detections: "from-pixels" });
  const installation = await startInstallation({ OPENAI_COMPATIBLE_BASE_URL: provider.url });
  const imageId = (await installation.upload("noise.jpg", await noisePicture(columns * SIDE, rows * SIDE))).id;
  const setting = { provider, installation, picture: { imageId, columns, rows } };
  const { findings: expected, outcome } = await runScenario({ ...setting, scenario: UNDISTURBED });
  return {
    undisturbed: outcome,
    async run(scenario) {
      const { findings, outcome } = await runScenario({ ...setting, scenario });
      expect(findings, "findings as in an undisturbed run").toEqual(expected);
      return outcome;
    },
    async close() {
      await installation.close();
      await provider.close();
    },
  };
}

async function runScenario(setting: Setting): Promise<{ findings: string[]; outcome: Outcome }> {
  const { provider, installation, picture, scenario } = setting;
  await installation.begin(scenario.processes);
  await tellLimits(setting);
  const mischief = misbehave(provider, scenario);
  provider.takeMostInFlight();
  const from = Date.now();
  const course: Course = {
    ...setting,
    before: {
      calls: provider.callsByTask.tile,
      refused: provider.refused,
      byRate: provider.refusedByRate,
      answered: new Map(provider.answered),
    },
    runId: await startFakeRun(installation.api(), picture.imageId, {
      retry: { attempts: 12, backoffMs: 100, timeoutMs: TILE_TIMEOUT_MS },
      concurrency: scenario.cap,
    }),
    cap: scenario.cap,
    mayRepeat: 0,
    starts: scenario.processes,
    mostInFlight: 0,
    progress: { answered: 0, at: performance.now(), longestStallMs: 0 },
  };
  const watch = setInterval(() => noteProgress(course), 100);
  try {
    for (const { at, act } of scenario.acts) {
      await progressTo(course, at);
      await perform(course, act);
    }
    await untilEnd(course);
  } finally {
    clearInterval(watch);
  }
  const seconds = (Date.now() - from) / 1000;
  noteMost(course);
  const findings = await check(course, mischief);
  return {
    findings,
    outcome: {
      seconds,
      calls: provider.callsByTask.tile - course.before.calls,
      repeated: repeatedIn(course),
      refused: provider.refused + provider.refusedByRate - course.before.refused - course.before.byRate,
      mostInFlight: course.mostInFlight,
      longestStallSeconds: course.progress.longestStallMs / 1000,
    },
  };
}

/** What people have set: the provider's own limits where they are told of, else none. */
async function tellLimits({ installation, scenario: { enforced } }: Setting): Promise<void> {
  const limit = !enforced?.told
    ? {}
    : enforced.kind === "rate"
      ? { requestsPerMinute: enforced.perMinute }
      : { concurrency: enforced.allows };
  await press(installation, "PUT", `/api/v1/limits/${FAKE_MODEL}`, limit);
}

/** Until the run is completed; where a model's replies were of no use for some tiles, those are tried again. */
async function untilEnd(course: Course): Promise<void> {
  const { installation, runId } = course;
  for (let retries = 0; ; ) {
    look(course);
    // No answer: the server or its database is just being started.
    const run = await installation
      .api()
      .get<{ state: string }>(`/api/v1/runs/${runId}`)
      .catch(() => null);
    const state = run?.state ?? "unknown";
    if (state === "partial" && retries < 5) {
      retries += 1;
      await press(installation, "POST", `/api/v1/runs/${runId}/retry`, {});
    } else if (/completed|partial|failed|paused|cancelled/.test(state)) return;
    await sleep(200);
  }
}

async function check(course: Course, mischief: Mischief): Promise<string[]> {
  const { provider, installation, picture, runId, before } = course;
  const database = await connectTo(installation.dataDir);
  try {
    const { findings, refusals } = await checkRun(installation.api(), database, runId, picture.columns * picture.rows);
    expect(repeatedIn(course), "calls that had succeeded and were repeated").toBeLessThanOrEqual(course.mayRepeat);
    const enforced = provider.refused - before.refused + provider.refusedByRate - before.byRate;
    const refused = enforced + mischief.throttled;
    expect(refusals, "refusals in the ledger").toBeLessThanOrEqual(refused);
    expect(refusals, "refusals in the ledger").toBeGreaterThanOrEqual(refused - course.mayRepeat);
    checkEnforced(course, mischief);
    return findings;
  } finally {
    await database.end();
  }
}
