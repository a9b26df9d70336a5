import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "@playwright/test";
import { type Course, look, noteMost, progressTo, SIDE } from "./course.ts";
import type { Installation } from "./installation.ts";
import type { Act } from "./scenario.ts";

/** What is done to a run while it works, and that it is followed. */

/** A call that hangs is given up after this long, and its tile tried again. */
export const TILE_TIMEOUT_MS = 4000;
/** A process that is asked to end has drained within ten seconds; what it closes besides takes two. */
const LONGEST_END_MS = 12_000;
/** A changed cap or a pause is followed within a second; calls in flight may take a little longer to show. */
const FOLLOWED_MS = 1500;

/** How a request is refused to do something to a run that has ended. */
const ENDED = /a run that is (completed|partial) /;

/** Sends a request, again where the server or its database is away just now. */
export async function press(installation: Installation, method: string, path: string, body: unknown): Promise<void> {
  const headers = { "content-type": "application/json" };
  for (let tries = 0; ; tries += 1) {
    const response = await installation
      .api()
      .fetch(path, { method, headers, body: JSON.stringify(body) })
      .catch(() => null);
    if (response?.ok) return;
    // The answer to an earlier try was lost, not the try.
    if (response?.status === 409 && tries > 0) return;
    const why = response ? `${response.status} ${await response.text()}` : "no answer";
    // On a slow machine one process may be done with all tiles by the time that a killed one is back.
    if (response?.status === 409 && ENDED.test(why)) return;
    if ((response && response.status < 500) || tries > 120) throw new Error(`${method} ${path}: ${why}`);
    await sleep(500);
  }
}

/** Does it; throws where the run does not follow as it should. */
export async function perform(course: Course, act: Act): Promise<void> {
  const { installation, runId, scenario } = course;
  const run = `/api/v1/runs/${runId}`;
  switch (act.kind) {
    case "kill the server":
      noteKill(course);
      await installation.killServer();
      // Where another process works, it goes on alone for a while.
      if (scenario.processes === 2) await someMore(course);
      return installation.startServer();
    case "kill server and Postgres":
      noteKill(course);
      await installation.killServerAndPostgres();
      if (scenario.processes === 2) await someMore(course);
      return installation.startServer();
    case "kill the workers":
      noteKill(course);
      await installation.killWorkers();
      await someMore(course);
      return installation.startWorkers();
    case "kill Postgres":
      return installation.endPostgres("killed");
    case "restart Postgres":
      return installation.endPostgres("in order");
    case "replace the server":
      course.starts += 1;
      expect(await installation.replaceServer(), "milliseconds to drain and end").toBeLessThan(LONGEST_END_MS);
      return;
    case "replace the workers":
      course.starts += 1;
      expect(await installation.replaceWorkers(), "milliseconds to drain and end").toBeLessThan(LONGEST_END_MS);
      return;
    case "pause":
      return pause(course, act.ms);
    case "change the cap":
      await press(installation, "PATCH", run, { concurrency: act.cap });
      return capFollowed(course, act.cap);
    case "look": {
      const { columns, rows } = course.picture;
      const view = { x: act.x * columns * SIDE, y: act.y * rows * SIDE, width: 3 * SIDE, height: 3 * SIDE };
      return press(installation, "POST", `${run}/viewport`, view);
    }
  }
}

function noteKill(course: Course): void {
  course.mayRepeat += course.cap;
  course.starts += 1;
}

/** Until the process that is left has gone on for a while. */
async function someMore(course: Course): Promise<void> {
  const { columns, rows } = course.picture;
  await progressTo(course, Math.min(0.95, look(course) / (columns * rows) + 0.05));
}

async function pause(course: Course, ms: number): Promise<void> {
  const { installation, provider, runId } = course;
  await press(installation, "POST", `/api/v1/runs/${runId}/pause`, {});
  await sleep(FOLLOWED_MS);
  const calls = provider.callsByTask.tile;
  await sleep(ms);
  expect(provider.callsByTask.tile - calls, "calls that began while the run was paused").toBe(0);
  await press(installation, "POST", `/api/v1/runs/${runId}/resume`, {});
  course.progress.at = performance.now();
}

async function capFollowed(course: Course, cap: number): Promise<void> {
  const { provider } = course;
  course.cap = Math.max(course.cap, cap);
  const from = performance.now();
  // Calls that hang keep their place until they are given up.
  await expect
    .poll(() => provider.inFlight, { timeout: FOLLOWED_MS + TILE_TIMEOUT_MS, intervals: [10] })
    .toBeLessThanOrEqual(cap);
  await sleep(Math.max(0, FOLLOWED_MS - (performance.now() - from)));
  noteMost(course);
  await sleep(300);
  expect(noteMost(course), "calls in flight under the new cap").toBeLessThanOrEqual(cap);
}
