import { type FoundLike, findLike } from "#lib/core/exemplar/find.ts";
import { type Lesson, learnExemplars } from "#lib/core/exemplar/learn.ts";
import { type ExemplarSettings, exemplarSettingsSchema } from "#lib/core/exemplar/settings.ts";
import { shrunkRgb } from "#lib/core/raster/resample.ts";

/** What a worker is asked: to learn from marked examples, or to find more in a picture with what was learnt. */
export type ExemplarTask = { lesson: Lesson } | { width: number; height: number; settings: unknown; minScore: number };

export type ExemplarAnswer = { settings: ExemplarSettings } | { found: FoundLike[]; label: string };

/** Does a task. `pixels`: RGB of the picture in which more is to be found; boxes come in its pixels. */
export function doExemplarTask(task: ExemplarTask, pixels: Uint8Array): ExemplarAnswer {
  if ("lesson" in task) return { settings: learnExemplars(task.lesson) };
  const { width, height } = task;
  const settings = exemplarSettingsSchema.parse(task.settings);
  const size = (length: number): number => Math.max(1, Math.round(length * settings.scale));
  const picture = shrunkRgb({ width, height, data: pixels }, size(width), size(height));
  const [across, down] = [width / picture.width, height / picture.height];
  const found = findLike(picture, settings, task.minScore).map(({ box: [x, y, w, h], score }): FoundLike => {
    const [left, top] = [Math.max(0, x * across), Math.max(0, y * down)];
    const [right, bottom] = [Math.min(width, (x + w) * across), Math.min(height, (y + h) * down)];
    return { box: [left, top, right - left, bottom - top], score };
  });
  return { found, label: settings.label };
}
