import { synthesisShare } from "#db/queries/model-shares.ts";
import type { RunFigures, SynthesisRecord } from "#lib/core/detection/run.ts";

/** Whether kept figures say what each model did; those of earlier releases do not. */
export function isWhole(figures: Partial<RunFigures> | null): figures is RunFigures {
  return figures?.models !== undefined;
}

/** Figures of a run's tiles with what its scene took: tokens and money are of all models. */
export function withSynthesis(figures: RunFigures, synthesis: SynthesisRecord | null): RunFigures {
  if (synthesis === null) return figures;
  const { tokens, cost } = figures;
  return {
    ...figures,
    tokens: { input: tokens.input + synthesis.tokens.input, output: tokens.output + synthesis.tokens.output },
    cost: synthesis.cost === null ? cost : (cost ?? 0) + synthesis.cost,
    models: [...figures.models, ...synthesisShare(synthesis)],
  };
}
