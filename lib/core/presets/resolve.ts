import { distinctColours } from "../detection/class-colour.ts";
import { type RunConfiguration, type RunRequest, retrySettingsSchema } from "../detection/run.ts";
import { TesseraError } from "../errors.ts";
import { escalationSettingsSchema } from "../routing/escalation-settings.ts";
import { SKIP_RULES } from "../tiling/background.ts";
import { levelOf } from "../tiling/plan-run.ts";
import { PRESETS, type Preset } from "./preset.ts";

const DEFAULT_PRESET = "general";
const DEFAULT_SYNTHESIS = "local:synthesis";
const LEARNS_FROM_EXAMPLES = "local:exemplar";

/** What resolving needs to know of the image. */
export type ResolveContext = {
  /** Number of pages of the image. */
  pages: number;
  /** The presets of the installation; the built-in ones where none are given. */
  presets?: readonly Preset[];
};

/** A preset by its id. Throws `bad-input` where it is unknown. */
export function findPreset(id: string, presets: readonly Preset[] = PRESETS): Preset {
  const preset = presets.find((candidate) => candidate.id === id);
  if (preset) return preset;
  const remedy = `use one of ${presets.map((known) => known.id).join(", ")}`;
  throw new TesseraError("bad-input", `there is no preset "${id}"`, { remedy });
}

/**
 * The complete configuration of a run from what was asked, the preset and the defaults. Pure: the same request gives the same
 * configuration. Throws `bad-input` where the request contradicts itself, the image or what can be done.
 */
export function resolveConfiguration(request: RunRequest, context: ResolveContext): RunConfiguration {
  const preset = findPreset(request.preset ?? DEFAULT_PRESET, context.presets);
  const classes = [...new Set(request.classes ?? preset.classes)];
  const prompt = request.prompt?.trim() || preset.prompt;
  if (preset.id === "ask" && classes.length === 0 && !prompt) {
    throw new TesseraError("bad-input", "the preset ask was asked for nothing", {
      remedy: "give a prompt, classes or both",
    });
  }
  const model = request.model ?? preset.model;
  if (prompt && classes.length === 0 && model.startsWith("local:")) {
    throw new TesseraError("bad-input", `${model} cannot follow a prompt`, {
      remedy: "name classes, or choose a hosted vision model",
    });
  }
  const tiling = request.tiling ?? preset.tiling;
  if (model === LEARNS_FROM_EXAMPLES && levelOf(tiling) > 0) {
    throw new TesseraError(
      "bad-input",
      "examples are learnt from at full resolution, and tiles cannot be read at less",
      {
        remedy: "leave the tiling's level out",
      },
    );
  }
  const minScore = request.minScore ?? preset.minScore;
  // Who asks for another least score means it for all classes.
  const thresholds = request.thresholds ?? (minScore === preset.minScore ? preset.thresholds : {});
  const colours = distinctColours(classes, request.colours ?? preset.colours);
  return {
    version: 1,
    preset: preset.id,
    presetVersion: preset.version,
    ...(PRESETS.find(({ id }) => id === preset.id)?.title !== preset.title && { presetTitle: preset.title }),
    tiling,
    pages: resolvePages(request.pages, context.pages),
    region: request.region ?? null,
    model,
    ...resolveEscalation(request, preset, model),
    synthesisModel: asked(request.synthesisModel, preset.synthesisModel) ?? DEFAULT_SYNTHESIS,
    moderationModel: asked(request.moderationModel, preset.moderationModel),
    prompt,
    classes,
    minScore,
    ...(Object.keys(colours).length > 0 && { colours }),
    ...(Object.keys(thresholds).length > 0 && { thresholds }),
    merge: request.merge ?? preset.merge,
    retry: retrySettingsSchema.parse({
      ...(preset.timeoutMs === undefined ? {} : { timeoutMs: preset.timeoutMs }),
      ...request.retry,
    }),
    budget: request.budget ?? null,
    wholePicture: request.wholePicture ?? preset.wholePicture,
    // The preset speaks for its own model.
    ...((request.multiScale ?? (model === preset.model && preset.multiScale)) && { multiScale: true as const }),
    ...resolveSkipping(request, preset),
  };
}

/** What the request says, be it that there is none; the preset's where it says nothing. */
function asked(request: string | null | undefined, preset: string | null): string | null {
  return request === undefined ? preset : request;
}

function resolvePages(asked: readonly number[] | undefined, count: number): number[] {
  if (!asked) return Array.from({ length: count }, (_, page) => page);
  const beyond = asked.find((page) => page >= count);
  if (beyond !== undefined) {
    throw new TesseraError("bad-input", `there is no page ${beyond}: the image has ${count}, counted from 0`);
  }
  return [...new Set(asked)].sort((a, b) => a - b);
}

/** What is left out as background; rules are named where they are not all that there are. */
function resolveSkipping(request: RunRequest, preset: Preset): Pick<RunConfiguration, "skipBackground" | "skipRules"> {
  const skipBackground = request.skipBackground ?? preset.skipBackground;
  const wanted = request.skipRules ?? preset.skipRules;
  const skipRules = SKIP_RULES.filter((rule) => wanted.includes(rule));
  return { skipBackground, ...(skipBackground && skipRules.length < SKIP_RULES.length && { skipRules }) };
}

/** The stronger model with its rule; nothing where none was asked for, or the preset's is not wanted. */
function resolveEscalation(
  request: RunRequest,
  preset: Preset,
  model: string,
): Pick<RunConfiguration, "escalationModel" | "escalation"> {
  const escalationModel = asked(request.escalationModel, preset.escalationModel);
  if (escalationModel === null) {
    if (request.escalation === undefined) return {};
    throw new TesseraError("bad-input", "escalation was asked for and no model to escalate to", {
      remedy: "name one in escalationModel",
    });
  }
  if (escalationModel === model) {
    throw new TesseraError("bad-input", `${model} looks at the tiles already, and cannot be escalated to`, {
      remedy: "name another escalationModel, or leave it out",
    });
  }
  return {
    escalationModel,
    escalation: escalationSettingsSchema.parse({ ...preset.escalation, ...request.escalation }),
  };
}
