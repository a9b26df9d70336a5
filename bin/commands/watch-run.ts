import type { TesseraEvent } from "#lib/core/detection/events.ts";
import type { Run } from "#lib/core/detection/run.ts";
import { markOf } from "#lib/core/detection/tile-mark.ts";
import { formatCost, formatMs } from "#lib/core/quantities.ts";
import { followRun } from "./follow-run.ts";
import type { Pace } from "./pace.ts";
import { clearProgress, figuresOf, PHASES, showProgress } from "./progress-line.ts";

/** So often the figures are written between the tiles, where no terminal shows them all the time. */
const FIGURES_MS = 5000;

/** Follows a run tile by tile: a line for whatever happens to a tile, to the limit in force, to the run. */
export function watchRun(id: string): Promise<Run> {
  let writtenAt = Number.NEGATIVE_INFINITY;
  const write = (line: string): void => {
    clearProgress();
    process.stdout.write(`${line}\n`);
  };
  const seen = (run: Run, pace: Pace): void => {
    if (!process.stderr.isTTY && performance.now() - writtenAt >= FIGURES_MS) {
      writtenAt = performance.now();
      write(`run  ${run.state}  ${figuresOf(run, pace)}`);
    }
    showProgress(run, pace);
  };
  const told = (event: TesseraEvent): void => {
    const line = lineOf(event);
    if (line !== null) write(line);
  };
  return followRun(id, { seen, told }).finally(clearProgress);
}

/** A line for what happened; null where it is nobody's business here. */
export function lineOf(event: TesseraEvent): string | null {
  switch (event.kind) {
    case "claimed":
      return event.indexes.map((index) => `tile ${index}  running`).join("\n");
    case "tile":
      return tileLine(event);
    case "limit":
      return columns("limit", `${event.inForce} of ${event.cap} at once`, PHASES[event.phase], event.reason);
    case "run":
      return columns("run", event.state, event.reason);
    default:
      return null;
  }
}

function tileLine(event: Extract<TesseraEvent, { kind: "tile" }>): string {
  const mark = markOf(event);
  const { index, attempts, latencyMs, queueMs, modelMs, detections, retryInMs, cost, error } = event;
  const found = mark === "done" ? `${detections} found` : null;
  const took = latencyMs === null ? null : formatMs(latencyMs);
  const parts = modelMs === null ? null : `model ${formatMs(modelMs)}, waited ${formatMs(queueMs)}`;
  const again = mark === "throttled" || mark === "retrying" ? `again in ${formatMs(retryInMs ?? 0)}` : null;
  const price = cost === null ? null : formatCost(cost);
  return columns(`tile ${index}`, mark, `attempt ${attempts}`, found, took, parts, again, price, error);
}

const columns = (...parts: readonly (string | null)[]): string => parts.filter((part) => part !== null).join("  ");
