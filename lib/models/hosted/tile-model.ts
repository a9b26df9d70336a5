import { ask } from "../ask.ts";
import { modelNameOf } from "../model-id.ts";
import { TILE_PROMPT_VERSION, tileInstructions, tileQuestion } from "../prompts/tile.ts";
import type { ProviderSettings } from "../settings.ts";
import { readTileReply, tileReplySchema } from "../tile-reply.ts";
import type { TileModel } from "../types.ts";
import { boxFamily } from "./families.ts";
import { encodeJpeg } from "./jpeg.ts";
import { openModel } from "./open-model.ts";

/** Vision models scale larger pictures down themselves, or charge for them. */
const INPUT_SIDE = 1024;
const USEFUL_CONCURRENCY = 64;

/** A hosted vision model that looks at tiles. Throws `run-fatal` where it cannot be opened with these settings. */
export function hostedTileModel(id: string, settings: ProviderSettings): TileModel {
  const model = openModel(id, settings);
  const family = boxFamily(modelNameOf(id));
  return {
    id,
    inputSide: family.inputSide ?? INPUT_SIDE,
    usefulConcurrency: USEFUL_CONCURRENCY,
    encode: (picture) => encodeJpeg(picture, family.sideMultiple),
    async detect({ picture, classes, prompt, minScore, signal }) {
      const { width, height } = picture;
      const words = { classes, prompt, width, height, boxKey: family.key, boxRule: family.rule };
      const { value, exchange, usage } = await ask({
        model,
        id,
        role: "tile",
        wording: `tile/${TILE_PROMPT_VERSION}`,
        instructions: tileInstructions(words),
        content: [
          // OpenAI would look at a small copy alone where nothing is said.
          {
            type: "file",
            data: picture.bytes,
            mediaType: picture.mediaType,
            providerOptions: { openai: { imageDetail: "high" } },
          },
          { type: "text", text: tileQuestion(words) },
        ],
        schema: tileReplySchema(family),
        price: settings.prices?.[id],
        signal,
      });
      const detections = readTileReply(value, { family, seen: picture, tile: picture.read, classes, minScore });
      return { detections, usage, exchange };
    },
  };
}
