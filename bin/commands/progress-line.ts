import type { LimitPhase, Run } from "#lib/core/detection/run.ts";
import { formatCost, formatMs, formatRate, formatSeconds } from "#lib/core/quantities.ts";
import type { Pace } from "./pace.ts";

const BAR = 24;

/** What the limiter is doing, in words. */
export const PHASES: Record<LimitPhase, string> = {
  doubling: "still doubling",
  steady: "steady",
  holding: "holding still",
  broken: "provider away",
};

/** The run in figures: how far, how fast, how many at once of how many, refusals, latency, cost. */
export function figuresOf(run: Run, { perSecond, secondsLeft }: Pace): string {
  const { pending, running, done, failed, skipped } = run.tiles;
  const { cap, inForce, phase } = run.concurrency;
  const parts = [
    `${done}/${pending + running + done + failed + skipped} tiles`,
    `${run.findings} findings`,
    failed > 0 ? `${failed} failed` : [],
    skipped > 0 ? `${skipped} skipped` : [],
    perSecond === null ? [] : `${formatRate(perSecond)} tiles/s`,
    secondsLeft === null ? [] : `${formatSeconds(secondsLeft)} left`,
    run.state === "running" ? `${inForce} of ${cap} at once (${PHASES[phase]})` : [],
    `${run.throttled} refused (429, 503)`,
    run.latencyMs.p50 === null ? [] : `p50 ${formatMs(run.latencyMs.p50)}, p95 ${formatMs(run.latencyMs.p95)}`,
    run.cost === null ? [] : formatCost(run.cost),
  ];
  return parts.flat().join(", ");
}

/** Shows how far the run is on a terminal; silent in a pipe. */
export function showProgress(run: Run, pace: Pace): void {
  if (!process.stderr.isTTY) return;
  const { pending, running, done, failed, skipped } = run.tiles;
  const total = pending + running + done + failed + skipped;
  const share = total === 0 ? 0 : (done + failed + skipped) / total;
  const bar = "█".repeat(Math.round(share * BAR)).padEnd(BAR, "·");
  const line = `${run.state.padEnd(12)} ${bar} ${figuresOf(run, pace)}`;
  // What is longer than the terminal is wide would leave its beginning behind with every change.
  process.stderr.write(`\r\u001b[K${line.slice(0, process.stderr.columns - 1)}`);
}

/** Takes the line off the terminal again, before something else is written there. */
export function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
}
