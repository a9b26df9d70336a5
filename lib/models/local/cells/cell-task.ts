import { z } from "zod";
import type { Rgb } from "#lib/core/raster/raster.ts";
import { findBloodCells } from "./blood.ts";
import { writeReply } from "./cell-reply.ts";
import { findGlowingNuclei, glowSettingsSchema, studyGlow } from "./fluorescence.ts";
import type { FoundCell } from "./found-cell.ts";
import { findNuclei, sectionSettingsSchema, studySection } from "./nuclei.ts";
import { smearSettingsSchema, studySmear } from "./smear-study.ts";

/** What a method finds cells by: it studies a whole picture once, then looks at any part of it with what it learnt. */
type CellMethod = {
  /** What the method calls what it finds. */
  labels: readonly string[];
  /** `samples` stand for the whole picture; `micronsPerPixel` of them, null where it is not known. The result is JSON. */
  study(samples: readonly Rgb[], micronsPerPixel: number | null): unknown;
  /** `settings` is what `study` gave. Throws where it is not. */
  find(picture: Rgb, settings: unknown): FoundCell[];
};

function method<Settings>(
  labels: readonly string[],
  schema: z.ZodType<Settings>,
  study: (samples: readonly Rgb[], micronsPerPixel: number | null) => Settings,
  find: (picture: Rgb, settings: Settings) => FoundCell[],
): CellMethod {
  return { labels, study, find: (picture, settings) => find(picture, schema.parse(settings)) };
}

export const CELL_METHODS = {
  nuclei: method(["nucleus"], sectionSettingsSchema, studySection, findNuclei),
  fluorescence: method(["nucleus"], glowSettingsSchema, studyGlow, findGlowingNuclei),
  blood: method(["RBC", "WBC", "Platelets"], smearSettingsSchema, studySmear, findBloodCells),
} as const satisfies Record<string, CellMethod>;

export type CellKind = keyof typeof CELL_METHODS;
export const CELL_KINDS = z.enum(["nuclei", "fluorescence", "blood"]) satisfies z.ZodType<CellKind>;

/** What a worker is asked beside the pixels: to study samples, or to find cells in one picture by `settings`, or by its own where there are none. */
export type CellTask =
  | { kind: CellKind; samples: Rgb[]; micronsPerPixel: number | null }
  | { kind: CellKind; width: number; height: number; settings: unknown };

/** `reply` is JSON of `cellReplySchema`. */
export type CellAnswer = { settings: unknown } | { reply: string };

/** Does a task. `pixels`: RGB of the picture in which cells are to be found. */
export function doCellTask(task: CellTask, pixels: Uint8Array): CellAnswer {
  const { study, find } = CELL_METHODS[task.kind];
  if ("samples" in task) return { settings: study(task.samples, task.micronsPerPixel) };
  const picture = { width: task.width, height: task.height, data: pixels };
  return { reply: writeReply(find(picture, task.settings ?? study([picture], null))) };
}
