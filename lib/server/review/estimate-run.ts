import { pool } from "#db/client.ts";
import { countSample, countSearched, type DecidedCount, setSearched } from "#db/queries/review.ts";
import { findRun } from "#db/queries/runs.ts";
import type { Estimate, RunEstimate } from "#lib/core/api/review.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { moreForMargin, wilson } from "#lib/core/evaluation/wilson.ts";

const MARGIN = 0.05;

function estimate(right: number, all: number): Estimate {
  return { right, all, share: wilson(right, all), more: moreForMargin(right, all, MARGIN) };
}

/** A finding is right where a person accepted it under the class that the model gave. */
function estimateOf(counts: readonly DecidedCount[]): Estimate {
  const sum = (some: readonly DecidedCount[]): number => some.reduce((total, each) => total + each.count, 0);
  return estimate(sum(counts.filter((each) => each.review === "accepted" && !each.relabelled)), sum(counts));
}

/**
 * What people's decisions say of a run: its precision, overall and by class, from decisions in random order; its recall, from tiles in
 * which everything was marked. Throws `not-found`.
 */
export async function estimateRun(runId: string): Promise<RunEstimate> {
  await assertRun(runId);
  const [sample, searched] = await Promise.all([countSample(pool(), runId), countSearched(pool(), runId)]);
  const labels = [...Map.groupBy(sample, (each) => each.label)]
    .map(([label, counts]) => ({ label, ...estimateOf(counts) }))
    .sort((a, b) => b.all - a.all || (a.label < b.label ? -1 : 1));
  return {
    precision: { ...estimateOf(sample), labels },
    recall: { ...estimate(searched.found, searched.found + searched.missed), tiles: searched.tiles },
  };
}

/** Notes that a person has marked everything in a tile, or takes that back; answers with the new estimate. Throws `not-found`. */
export async function noteSearched(
  runId: string,
  tile: { tile: number; searched: boolean },
  actor: string,
): Promise<RunEstimate> {
  await assertRun(runId);
  await setSearched(pool(), { runId, index: tile.tile, actor, searched: tile.searched });
  return estimateRun(runId);
}

async function assertRun(runId: string): Promise<void> {
  if (!(await findRun(pool(), runId))) throw new TesseraError("not-found", "there is no such run");
}
