import type { Preset } from "#lib/core/presets/preset.ts";
import { ApiProblem } from "../api/http.ts";
import { testModel } from "../api/models.ts";
import { modelOf, type RunForm } from "./new-run-request.ts";

/** Models of a form that are elsewhere than here: those that are shown pixels, and all, with the one that writes the scene. */
export function hostedModels(form: RunForm, preset: Preset): { seeing: string[]; all: string[] } {
  const seeing = [modelOf(form, preset), form.escalationModel.trim(), form.moderationModel.trim()];
  const isHosted = (model: string): boolean => model !== "" && !model.startsWith("local:");
  return { seeing: seeing.filter(isHosted), all: [...seeing, form.synthesisModel.trim()].filter(isHosted) };
}

/** The providers of models: `openai` of `openai:gpt-4o`. */
export function providersOf(models: readonly string[]): string[] {
  return [...new Set(models.map((model) => model.slice(0, model.indexOf(":"))))];
}

/**
 * Has each model answer once, where none did within a day. Throws the problem of one that cannot be used; a provider that is away hinders
 * nothing, as a run has patience.
 */
export async function tryHostedModels(models: readonly string[]): Promise<void> {
  for (const model of models) {
    await testModel(model, true).catch((problem: unknown) => {
      if (problem instanceof ApiProblem && problem.code === "model-unusable") throw problem;
    });
  }
}
