import { ModelError } from "#lib/core/errors.ts";
import type { ModelRole } from "#lib/models/call-counts.ts";
import type { ModelUsage, ModerationModel, SynthesisModel, TileModel } from "#lib/models/types.ts";
import { traced } from "../tracing/tracing.ts";
import { instruments } from "./instruments.ts";
import { modelLabel } from "./model-label.ts";

/** The same model, with its calls measured. */
export function observedTileModel(model: TileModel): TileModel {
  return {
    ...model,
    detect: (question) => observed(model.id, "tile", question.signal, () => model.detect(question), usageOf),
  };
}

/** The same model, with its calls measured. */
export function observedModerationModel(model: ModerationModel): ModerationModel {
  return {
    ...model,
    judge: (picture, signal) =>
      observed(
        model.id,
        "moderation",
        signal,
        () => model.judge(picture, signal),
        () => null,
      ),
  };
}

/** The same model, with its calls measured. */
export function observedSynthesisModel(model: SynthesisModel): SynthesisModel {
  return {
    ...model,
    describe: (facts, signal) => observed(model.id, "synthesis", signal, () => model.describe(facts, signal), usageOf),
  };
}

function usageOf(reply: { usage: ModelUsage }): ModelUsage {
  return reply.usage;
}

async function observed<T>(
  id: string,
  role: ModelRole,
  signal: AbortSignal,
  call: () => Promise<T>,
  used: (reply: T) => ModelUsage | null,
): Promise<T> {
  const model = modelLabel(id);
  const started = performance.now();
  const ended = (outcome: string): void =>
    instruments().modelSeconds.observe({ model, role, outcome }, (performance.now() - started) / 1000);
  try {
    const reply = await traced(
      "model call",
      () => ({ attributes: { model: id, role } }),
      call,
      (answer) => {
        const usage = used(answer);
        return usage ? { inputTokens: usage.inputTokens, outputTokens: usage.outputTokens } : {};
      },
    );
    ended("answered");
    book(model, role, used(reply));
    return reply;
  } catch (error) {
    ended(error instanceof ModelError ? error.kind : signal.aborted ? "aborted" : "failed");
    throw error;
  }
}

function book(model: string, role: ModelRole, usage: ModelUsage | null): void {
  if (usage === null) return;
  const { tokens, cost } = instruments();
  if (usage.inputTokens > 0) tokens.inc({ model, role, direction: "input" }, usage.inputTokens);
  if (usage.outputTokens > 0) tokens.inc({ model, role, direction: "output" }, usage.outputTokens);
  if (usage.cost) cost.inc({ model, role }, usage.cost);
}
