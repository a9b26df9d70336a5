import {
  type MergeSettings,
  type Region,
  type RunRequest,
  runRequestSchema,
  type Tiling,
  tilingSchema,
} from "#lib/core/detection/run.ts";
import { type Preset, type PresetBody, presetBodySchema } from "#lib/core/presets/preset.ts";
import type { SkipRule } from "#lib/core/tiling/background.ts";
import { levelOf } from "#lib/core/tiling/plan-run.ts";
import { planTiles } from "#lib/core/tiling/plan-tiles.ts";

/** The new-run panel's fields as they are typed; empty means the preset's own. */
export type RunForm = {
  preset: string;
  tile: string;
  overlapPercent: number;
  /** How many times the resolution is halved. */
  level: number;
  /** Who chose the tiling: where it is the preset, it is not asked for. */
  tilingBy: "preset" | "proposal" | "person";
  model: string;
  /** Looks again at tiles of which the model is unsure, at this part of them at most; empty: none does. */
  escalationModel: string;
  sharePercent: string;
  /** Writes the scene; empty: the installation itself. */
  synthesisModel: string;
  /** Judges the picture once more; empty: none does. */
  moderationModel: string;
  classes: string;
  /** `#rrggbb` by class, where it is another than every class has anyway. */
  colours: Readonly<Record<string, string>>;
  prompt: string;
  minScore: number;
  /** Least score by class, where it is another than `minScore`. */
  thresholds: Readonly<Record<string, number>>;
  concurrency: string;
  merge: MergeSettings;
  /** Also one look at all of the picture. */
  wholePicture: boolean;
  /** The parts of each tile are looked at, too: of models that can. */
  multiScale: boolean;
  skipBackground: boolean;
  skipRules: readonly SkipRule[];
  /** To what the run is limited; null: nothing. */
  region: Region | null;
};

/** The preset of that id; the first where there is none. */
export function presetOf<P extends Preset = Preset>(id: string, presets: readonly P[]): P {
  const preset = presets.find((each) => each.id === id) ?? presets[0];
  if (!preset) throw new Error("there is no preset");
  return preset;
}

/** A form filled in as a preset would have it. */
export function formOf(preset: Preset): RunForm {
  return {
    preset: preset.id,
    tile: "tile" in preset.tiling ? String(preset.tiling.tile) : "512",
    overlapPercent: Math.round(preset.tiling.overlap * 100),
    level: levelOf(preset.tiling),
    tilingBy: "preset",
    model: "",
    escalationModel: preset.escalationModel ?? "",
    sharePercent: preset.escalation.share === undefined ? "" : String(Math.round(preset.escalation.share * 100)),
    synthesisModel: preset.synthesisModel ?? "",
    moderationModel: preset.moderationModel ?? "",
    classes: preset.classes.join(", "),
    colours: preset.colours,
    prompt: preset.prompt ?? "",
    minScore: preset.minScore,
    thresholds: preset.thresholds,
    concurrency: "",
    merge: preset.merge,
    wholePicture: preset.wholePicture,
    multiScale: preset.multiScale,
    skipBackground: preset.skipBackground,
    skipRules: preset.skipRules,
    region: null,
  };
}

/** The preset that a form would be if it were kept: what the form does not show stays as in the one that it came from. */
export function presetFrom(form: RunForm, from: Preset, title: string): PresetBody | { error: string } {
  const made = requestOf(form);
  if ("error" in made) return made;
  const { preset: _preset, region: _region, concurrency: _pace, ...asked } = made.request;
  const { description, model, scale, timeoutMs } = from;
  const parsed = presetBodySchema.safeParse({
    ...{ description, model, scale, timeoutMs, classes: [], prompt: null },
    ...asked,
    escalation: { ...from.escalation, ...asked.escalation },
    title,
    // What is proposed suits one picture.
    tiling: form.tilingBy === "person" ? (tilingOf(form) ?? from.tiling) : from.tiling,
  });
  return parsed.success
    ? parsed.data
    : { error: parsed.error.issues[0]?.message ?? "Something in the form is not right." };
}

/** The tiling of a form; null where its numbers make none. */
export function tilingOf(form: RunForm): Tiling | null {
  const parsed = tilingSchema.safeParse({
    tile: Number(form.tile),
    overlap: form.overlapPercent / 100,
    ...(form.level > 0 && { level: form.level }),
  });
  return parsed.success ? parsed.data : null;
}

/** What a proposed tiling makes of a form; nothing where it is one that the form does not show. */
export function withProposal(tiling: Tiling): Partial<RunForm> {
  if (!("tile" in tiling)) return {};
  const overlapPercent = Math.round(tiling.overlap * 100);
  return { tile: String(tiling.tile), overlapPercent, level: levelOf(tiling), tilingBy: "proposal" };
}

/** The model that looks at the tiles: the form's, or the preset's where that names none. */
export function modelOf(form: Pick<RunForm, "model">, preset: Pick<Preset, "model">): string {
  return form.model.trim() || preset.model;
}

/** How many tiles a picture is cut into, the whole-picture pass aside; null where that is too many to be meant. */
export function countTiles(image: { width: number | null; height: number | null }, tiling: Tiling): number | null {
  if (image.width === null || image.height === null) return null;
  try {
    return planTiles({ width: image.width, height: image.height, tiling }).length;
  } catch {
    return null;
  }
}

/** The classes that are typed. */
export function classesOf({ classes }: Pick<RunForm, "classes">): string[] {
  const typed = classes.split(",").map((each) => each.trim());
  return [...new Set(typed)].filter(Boolean);
}

/** The request that a form stands for, or the sentence that says what is wrong with it. */
export function requestOf(form: RunForm): { request: RunRequest } | { error: string } {
  const classes = classesOf(form);
  const parsed = runRequestSchema.safeParse({
    preset: form.preset,
    ...(form.tilingBy !== "preset" && { tiling: tilingOf(form) ?? undefined }),
    minScore: form.minScore,
    thresholds: form.thresholds,
    colours: form.colours,
    merge: form.merge,
    wholePicture: form.wholePicture,
    multiScale: form.multiScale,
    skipBackground: form.skipBackground,
    skipRules: form.skipRules,
    synthesisModel: form.synthesisModel.trim() || null,
    moderationModel: form.moderationModel.trim() || null,
    ...(form.region && { region: form.region }),
    ...(form.model.trim() && { model: form.model.trim() }),
    escalationModel: form.escalationModel.trim() || null,
    ...(form.escalationModel.trim() &&
      form.sharePercent.trim() && { escalation: { share: Number(form.sharePercent) / 100 } }),
    ...(classes.length > 0 && { classes }),
    ...(form.prompt.trim() && { prompt: form.prompt.trim() }),
    ...(form.concurrency.trim() && { concurrency: Number(form.concurrency) }),
  });
  if (tilingOf(form) === null) return { error: "A tile side is a whole number of pixels from 16 to 16,384." };
  if (!parsed.success) return { error: parsed.error.issues[0]?.message ?? "Something in the form is not right." };
  return { request: parsed.data };
}
