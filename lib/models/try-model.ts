import { z } from "zod";
import { iou, tileBox } from "#lib/core/geometry/box.ts";
import { ask } from "./ask.ts";
import { openModel } from "./hosted/open-model.ts";
import { providerOf } from "./model-id.ts";
import type { ProviderSettings } from "./settings.ts";
import type { ModelUsage, TileModel, TilePicture } from "./types.ts";

/** What came of one real call: how long it took, what it cost, and how well the answer fits what was shown. */
export type ModelTrial = ModelUsage & {
  model: string;
  ms: number;
  detections: number;
  /** Overlap (IoU) of the best box with the square that was shown; null for embedded models, which know no squares. */
  overlap: number | null;
};

const SIDE = 256;
const SQUARE = tileBox(64, 96, 96, 96);
/** A box that overlaps the square by less is not where the square is. */
const FITS = 0.5;

/**
 * Has a model look at one small picture, a dark red square on light grey. Throws `ModelError`, classified, as a run would: no key, a
 * wrong key, an unknown model, one that takes no pictures.
 */
export async function tryModel(model: TileModel, signal: AbortSignal): Promise<ModelTrial> {
  const isEmbedded = providerOf(model.id) === "local";
  const picture = await model.encode(square());
  const started = performance.now();
  const { detections, usage } = await model.detect({
    picture,
    classes: isEmbedded ? [] : ["square"],
    prompt: isEmbedded ? null : "the dark red square",
    minScore: 0,
    signal,
  });
  const overlaps = detections.map(({ box }) => iou(box, SQUARE));
  const overlap = isEmbedded ? null : Math.max(0, ...overlaps);
  return { model: model.id, ms: performance.now() - started, detections: detections.length, overlap, ...usage };
}

/** Has a hosted model write a word, for one that is to write and need not see. Throws `ModelError`, classified. */
export async function tryWords(id: string, settings: ProviderSettings, signal: AbortSignal): Promise<void> {
  await ask({
    model: openModel(id, settings),
    id,
    role: "synthesis",
    wording: "trial",
    instructions: 'Answer with one JSON document and nothing else: {"ready":true}.',
    content: [{ type: "text", text: "Are you ready?" }],
    schema: z.object({ ready: z.boolean() }),
    price: undefined,
    signal,
  });
}

/** What a trial says, in a sentence. */
export function judgeTrial({ model, ms, overlap }: ModelTrial): { good: boolean; text: string } {
  const took = `${model} answered in ${(ms / 1000).toFixed(1)} s`;
  if (overlap === null) return { good: true, text: took };
  if (overlap >= FITS) return { good: true, text: `${took}, with the square where it is` };
  const text = `${took}, but its boxes are not where the square is: it may not see pictures, or write boxes in another way`;
  return { good: false, text };
}

function square(): TilePicture {
  const data = new Uint8Array(SIDE * SIDE * 3).fill(225);
  const [left, top, width, height] = SQUARE;
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) data.set([140, 20, 30], (y * SIDE + x) * 3);
  }
  return { data, width: SIDE, height: SIDE };
}
