import type { Examples } from "#lib/core/detection/examples.ts";
import { leastScore, leastScoreOf } from "#lib/core/detection/least-score.ts";
import type { Tiling } from "#lib/core/detection/run.ts";
import type { Compared } from "#lib/core/evaluation/evaluate.ts";
import { mergeDetections } from "#lib/core/merging/merge.ts";
import { findPreset } from "#lib/core/presets/resolve.ts";
import { croppedRgb, shrunkRgb } from "#lib/core/raster/resample.ts";
import { planRun } from "#lib/core/tiling/plan-run.ts";
import { cutSides } from "#lib/models/cut-sides.ts";
import { tileModel } from "#lib/models/registry.ts";
import type { ProviderSettings } from "#lib/models/settings.ts";
import { shrunkPage } from "#lib/models/shrunk-page.ts";
import type { PageReader, TilePicture } from "#lib/models/types.ts";

type Box = Parameters<typeof mergeDetections>[0][number];

export type Page = PageReader & { micronsPerPixel: number | null };

/** A whole picture in memory as a page. */
export function pageOf(picture: TilePicture, micronsPerPixel: number | null): Page {
  return {
    width: picture.width,
    height: picture.height,
    micronsPerPixel,
    async read({ x, y, width, height }, output) {
      const part = croppedRgb(picture, { x, y, width, height });
      return output ? shrunkRgb(part, output.width, output.height) : part;
    },
  };
}

/** Findings of a page as a run with a preset makes them, with its tiling or another; `other` null: the picture in one look; `examples`: what a model that learns from some is given. */
export async function infer(
  page: Page,
  presetId: string,
  settings: ProviderSettings,
  other?: Tiling | null,
  examples?: Examples,
): Promise<{ findings: Compared[]; tiles: number }> {
  const preset = findPreset(presetId);
  const model = tileModel(preset.model, settings);
  const signal = AbortSignal.timeout(600_000);
  const plan = planRun({
    pages: [{ page: 0, width: page.width, height: page.height }],
    tiling: other === null ? { columns: 1, rows: 1, overlap: 0 } : (other ?? preset.tiling),
    region: null,
    wholePicture: other === undefined && preset.wholePicture,
    inputSide: model.inputSide,
  });
  const [first] = plan;
  const shrink = first ? first.width / first.readWidth : 1;
  const micronsPerPixel = page.micronsPerPixel === null ? null : page.micronsPerPixel * shrink;
  const studied = examples
    ? await model.learn?.(examples, { open: async () => page, signal })
    : await model.study?.(shrunkPage(page, shrink), { micronsPerPixel, signal });
  const replies = await Promise.all(
    plan.map(async (tile): Promise<Box[]> => {
      const read = { width: tile.readWidth, height: tile.readHeight };
      const picture = await model.encode(await page.read(tile, read));
      const cut = cutSides(tile, page);
      const { classes, multiScale } = preset;
      const minScore = leastScore(preset);
      const { detections } = await model.detect({
        picture,
        classes,
        prompt: null,
        minScore,
        cut,
        multiScale,
        studied,
        signal,
      });
      const [scaleX, scaleY] = [tile.width / read.width, tile.height / read.height];
      return detections
        .filter(({ score, label }) => score >= leastScoreOf(preset, label))
        .map(({ box: [x, y, width, height], score, label }) => ({
          box: [tile.x + x * scaleX, tile.y + y * scaleY, width * scaleX, height * scaleY],
          ...{ score, label },
        }));
    }),
  );
  const findings = mergeDetections(replies.flat(), preset.merge).map(({ box, score, label }) => ({
    page: 0,
    box,
    score,
    label,
  }));
  return { findings, tiles: plan.length };
}
