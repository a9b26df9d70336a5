import { z } from "zod";
import { ModelError } from "#lib/core/errors.ts";
import { tileBox } from "#lib/core/geometry/box.ts";
import { ask } from "../../ask.ts";
import { encodePpm, PPM_MEDIA_TYPE } from "../../ppm.ts";
import type { ProviderSettings } from "../../settings.ts";
import type { TileDetection, TileModel } from "../../types.ts";
import { CUT_SHARE, isCut } from "../cut.ts";
import { exemplarPool, workerCount } from "../pools.ts";
import { readLesson } from "./lesson.ts";
import { exemplarProvider, exemplarReplySchema, LOCAL_EXEMPLAR } from "./provider.ts";

/** Tiles are read at their own size: what was learnt is of objects of so many pixels. */
const INPUT_SIDE = 8192;

/** The embedded model that learns from examples that people marked on the image, and finds the rest. */
export function localExemplarModel(settings: ProviderSettings): TileModel {
  const model = exemplarProvider(settings.localWorkers);
  return {
    id: LOCAL_EXEMPLAR,
    inputSide: INPUT_SIDE,
    seesOwnPixels: true,
    usefulConcurrency: workerCount(settings.localWorkers),
    repeatsFreely: true,
    async learn(examples, { open, signal }) {
      const lesson = await readLesson(examples, open, signal);
      const learnt = await exemplarPool(settings.localWorkers).run(new Uint8Array(), signal, { lesson });
      if (!("settings" in learnt)) throw new ModelError("transient", `${LOCAL_EXEMPLAR} answered something else`);
      return learnt.settings;
    },
    async encode(picture) {
      const { width, height } = picture;
      return { bytes: encodePpm(picture), mediaType: PPM_MEDIA_TYPE, width, height, read: { width, height } };
    },
    async detect({ picture, minScore, cut, studied, signal }) {
      if (studied === undefined || studied === null) {
        throw new ModelError("run-fatal", `${LOCAL_EXEMPLAR} has not learnt from any examples`, {
          remedy: "mark some on the picture and start the analysis there",
        });
      }
      const { value, usage } = await ask({
        model,
        id: LOCAL_EXEMPLAR,
        role: "tile",
        wording: "local",
        instructions: "Find more like the examples.",
        content: [{ type: "file", data: picture.bytes, mediaType: picture.mediaType }],
        schema: exemplarReplySchema,
        price: settings.prices?.[LOCAL_EXEMPLAR],
        localOptions: { settings: z.json().parse(studied), minScore },
        signal,
      });
      const detections = value.found.flatMap(
        ({ box: [x = 0, y = 0, width = 0, height = 0], score }): TileDetection[] => {
          const found = tileBox(x, y, width, height);
          const seen = isCut(found, picture.read, cut ?? []) ? score * CUT_SHARE : score;
          return seen < minScore ? [] : [{ box: found, score: seen, label: value.label }];
        },
      );
      return { detections, usage };
    },
  };
}
