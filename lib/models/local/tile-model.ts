import { ask } from "../ask.ts";
import { boxFamily } from "../hosted/families.ts";
import { encodePpm, PPM_MEDIA_TYPE } from "../ppm.ts";
import type { ProviderSettings } from "../settings.ts";
import { readTileReply, tileReplySchema } from "../tile-reply.ts";
import type { TileModel } from "../types.ts";
import { CENTERNET_SIDE } from "./centernet-size.ts";
import { CUT_SHARE, isCut } from "./cut.ts";
import { workerCount } from "./pools.ts";
import { localProvider } from "./provider.ts";

export const LOCAL_DETECTOR = "local:centernet";

/** The embedded detector of COCO's 80 classes. Its worker threads start with its first tile. */
export function localTileModel(settings: ProviderSettings): TileModel {
  const model = localProvider(settings.localWorkers)("centernet");
  const family = boxFamily(model.modelId);
  return {
    id: LOCAL_DETECTOR,
    inputSide: CENTERNET_SIDE,
    usefulConcurrency: workerCount(settings.localWorkers),
    looksAtParts: true,
    repeatsFreely: true,
    async encode(picture) {
      const { width, height } = picture;
      return { bytes: encodePpm(picture), mediaType: PPM_MEDIA_TYPE, width, height, read: { width, height } };
    },
    async detect({ picture, classes, minScore, cut, multiScale, signal }) {
      const { value, usage } = await ask({
        model,
        id: LOCAL_DETECTOR,
        role: "tile",
        wording: "local",
        instructions: "Find the objects.",
        content: [{ type: "file", data: picture.bytes, mediaType: picture.mediaType }],
        schema: tileReplySchema(family),
        price: settings.prices?.[LOCAL_DETECTOR],
        localOptions: { classes: [...classes], minScore, multiScale: multiScale ?? false },
        signal,
      });
      const found = readTileReply(value, { family, seen: picture, tile: picture.read, classes, minScore });
      const detections = found.flatMap((each) => {
        const score = isCut(each.box, picture.read, cut ?? []) ? each.score * CUT_SHARE : each.score;
        return score < minScore ? [] : [{ ...each, score }];
      });
      return { detections, usage };
    },
  };
}
