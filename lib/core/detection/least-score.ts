import type { RunConfiguration } from "./run.ts";

type Scores = Pick<RunConfiguration, "minScore" | "thresholds">;

/** The score that a detection of a class must have to be kept by a run, 0 to 1. */
export function leastScoreOf({ minScore, thresholds }: Scores, label: string): number {
  return thresholds?.[label] ?? minScore;
}

/** The least score that any class of a run is kept at: what a model need not answer at all is below it. */
export function leastScore({ minScore, thresholds = {} }: Scores): number {
  return Math.min(minScore, ...Object.values(thresholds));
}
