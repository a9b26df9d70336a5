import { z } from "zod";
import { MODERATION_THRESHOLDS } from "#lib/core/detection/moderation-thresholds.ts";
import { ask } from "../ask.ts";
import { localProvider } from "../local/provider.ts";
import { encodePpm, PPM_MEDIA_TYPE } from "../ppm.ts";
import type { ProviderSettings } from "../settings.ts";
import type { ModerationModel, TilePicture } from "../types.ts";
import { failClosed } from "./fail-closed.ts";
import { verdictOf } from "./thresholds.ts";

export const LOCAL_MODERATION = "local:nsfw";

const scoresSchema = z.object({ scores: z.record(z.string(), z.number()) });

/**
 * The embedded classifier. It looks twice, in colour and in grey, and the mean counts: stains the colour of skin (blood smears, some
 * histology) score high in colour alone, while what is explicit stays so in grey.
 */
export function localModerationModel(settings: ProviderSettings): ModerationModel {
  const model = localProvider(settings.localWorkers)("nsfw");

  async function scoresOf(picture: TilePicture, signal: AbortSignal): Promise<Record<string, number>> {
    const { value } = await ask({
      model,
      id: LOCAL_MODERATION,
      role: "moderation",
      wording: "local",
      instructions: "Score the picture.",
      content: [{ type: "file", data: encodePpm(picture), mediaType: PPM_MEDIA_TYPE }],
      schema: scoresSchema,
      price: undefined,
      signal,
    });
    return value.scores;
  }

  return failClosed(LOCAL_MODERATION, async (picture, signal) => {
    const colour = await scoresOf(picture, signal);
    const grey = await scoresOf(inGrey(picture), signal);
    const means = Object.entries(colour).map(
      ([name, score]) => [name, (score + (grey[name] ?? Number.NaN)) / 2] as const,
    );
    const scores = Object.fromEntries(means);
    return { ...verdictOf(scores, settings.moderationThresholds ?? MODERATION_THRESHOLDS), scores };
  });
}

/** Rec. 601 luma in all three channels. */
function inGrey({ data, width, height }: TilePicture): TilePicture {
  const grey = new Uint8Array(data.length);
  for (let at = 0; at + 2 < data.length; at += 3) {
    grey.fill(0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0), at, at + 3);
  }
  return { data: grey, width, height };
}
