import { z } from "zod";
import { ModelError } from "#lib/core/errors.ts";
import type { LanguageModelV3 } from "../../language-model.ts";
import { textPool } from "../pools.ts";
import { answer, pictureFile, pictureOf } from "../provider.ts";
import { type Grey, toGrey } from "./grey.ts";
import { decodePgm, encodePgm, PGM_MEDIA_TYPE } from "./pgm.ts";

const coordinate = z.number();

/**
 * What the recogniser answers: words, each with its corners in pixels of the picture, in the sense of reading (top left, top right,
 * bottom right, bottom left of the word as one reads it).
 */
export const textReplySchema = z.object({
  words: z.array(
    z.object({
      text: z.string().min(1),
      score: z.number().min(0).max(1),
      corners: z.array(z.array(coordinate).length(2)).length(4),
    }),
  ),
});

const NEVER = new AbortController().signal;

/** The embedded recogniser as an AI SDK provider: a page goes in, one text part of JSON comes out. Reading runs in worker threads. */
export function textProvider(languages: string, workers: number | undefined): LanguageModelV3 {
  return {
    specificationVersion: "v3",
    provider: "local",
    modelId: "text",
    supportedUrls: {},
    async doGenerate(options) {
      const { bytes, mediaType } = pictureFile(options);
      const page = mediaType === PGM_MEDIA_TYPE ? grey(bytes) : toGrey(await pictureOf(options));
      const file = new Uint8Array(encodePgm(page));
      const words = await textPool(languages, workers).run(file, options.abortSignal ?? NEVER);
      const hundredth = (value: number) => Math.round(value * 100) / 100;
      return answer(
        JSON.stringify({
          words: words.map(({ text, score, corners }) => ({
            text,
            score: Math.round(score * 1e4) / 1e4,
            corners: corners.map((corner) => corner.map(hundredth)),
          })),
        }),
      );
    },
    async doStream() {
      throw new ModelError("run-fatal", "local:text answers in one piece and does not stream");
    },
  };
}

function grey(bytes: Uint8Array): Grey {
  try {
    return decodePgm(bytes);
  } catch (error) {
    throw new ModelError("tile-fatal", "the picture cannot be decoded", { cause: error });
  }
}
