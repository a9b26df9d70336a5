import { moderationShare, synthesisShare } from "#db/queries/model-shares.ts";
import type { Moderation } from "#lib/core/detection/image.ts";
import type { RunFigures, SynthesisRecord } from "#lib/core/detection/run.ts";

/** Whether kept figures say what each model did; those of earlier releases do not. */
export function isWhole(figures: Partial<RunFigures> | null): figures is RunFigures {
  return figures?.models !== undefined;
}

/** What a run paid for beside its tiles. */
type Beside = { moderation: Moderation | null; synthesis: SynthesisRecord | null };

/** Figures of a run's tiles with what its own moderation and its scene took: tokens and money are of all models. */
export function withAllModels(figures: RunFigures, { moderation, synthesis }: Beside): RunFigures {
  const [before, after] = [moderationShare(moderation), synthesisShare(synthesis)];
  const beside = [...before, ...after];
  const tokens = { ...figures.tokens };
  let { cost } = figures;
  for (const share of beside) {
    tokens.input += share.tokens.input;
    tokens.output += share.tokens.output;
    if (share.cost !== null) cost = (cost ?? 0) + share.cost;
  }
  return { ...figures, tokens, cost, models: [...before, ...figures.models, ...after] };
}
