import { setTimeout as sleep } from "node:timers/promises";
import type { FakeProvider } from "../fake-provider.ts";
import type { Installation } from "./installation.ts";
import type { Scenario } from "./scenario.ts";

/** A run under way, and what is counted of it. */

/** Tiles are square, of so many pixels. */
export const SIDE = 128;
/** No run may stand still for longer: 45 s after a process died, and what a machine with much else to do takes besides. */
const LONGEST_STALL_MS = 60_000;

type Picture = { imageId: string; columns: number; rows: number };
export type Setting = { provider: FakeProvider; installation: Installation; picture: Picture; scenario: Scenario };

/** A run under way, with what was counted before and since. */
export type Course = Setting & {
  runId: string;
  before: { calls: number; refused: number; byRate: number; answered: ReadonlyMap<string, number> };
  cap: number;
  /** Calls that may be repeated: as many as were in flight when a process was killed. */
  mayRepeat: number;
  /** Limiters that began to learn: one a process. */
  starts: number;
  mostInFlight: number;
  progress: { answered: number; at: number; longestStallMs: number };
};

/** Pictures that the provider has answered in this run. */
function answeredIn({ provider, before }: Course): number {
  let count = 0;
  for (const [hash, times] of provider.answered) if (times > (before.answered.get(hash) ?? 0)) count += 1;
  return count;
}

/** Notes how far the run is, and for how long it has stood still. */
export function noteProgress(course: Course): void {
  const { progress } = course;
  const answered = answeredIn(course);
  const now = performance.now();
  progress.longestStallMs = Math.max(progress.longestStallMs, now - progress.at);
  if (answered !== progress.answered) Object.assign(progress, { answered, at: now });
}

/** How many tiles were answered; throws where the run has stood still for too long. */
export function look(course: Course): number {
  noteProgress(course);
  const { answered, at } = course.progress;
  if (performance.now() - at > LONGEST_STALL_MS)
    throw new Error(`nothing was answered for a minute, at ${answered} tiles`);
  return answered;
}

/** Until that share of the tiles has been answered. */
export async function progressTo(course: Course, share: number): Promise<void> {
  const { columns, rows } = course.picture;
  while (look(course) < share * columns * rows) await sleep(20);
}

/** The most in flight since it was last noted. */
export function noteMost(course: Course): number {
  const most = course.provider.takeMostInFlight();
  course.mostInFlight = Math.max(course.mostInFlight, most);
  return most;
}

/** Calls that had succeeded and were made once more. */
export function repeatedIn({ provider, before }: Course): number {
  let repeated = 0;
  for (const [hash, times] of provider.answered) {
    repeated += Math.max(0, times - (before.answered.get(hash) ?? 0) - 1);
  }
  return repeated;
}
