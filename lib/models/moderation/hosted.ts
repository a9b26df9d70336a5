import { z } from "zod";
import { ask } from "../ask.ts";
import { encodeJpeg } from "../hosted/jpeg.ts";
import { openModel } from "../hosted/open-model.ts";
import { MODERATION_INSTRUCTIONS, MODERATION_PROMPT_VERSION } from "../prompts/moderation.ts";
import type { ProviderSettings } from "../settings.ts";
import type { ModerationModel } from "../types.ts";
import { failClosed } from "./fail-closed.ts";

const verdictSchema = z.object({ verdict: z.enum(["pass", "block"]), reason: z.string().max(2000) });

/** A hosted vision model that judges pictures. Throws `run-fatal` where it cannot be opened with these settings. */
export function hostedModerationModel(id: string, settings: ProviderSettings): ModerationModel {
  const model = openModel(id, settings);
  return failClosed(id, async (picture, signal) => {
    const sent = await encodeJpeg(picture, 1);
    const { value, exchange } = await ask({
      model,
      id,
      role: "moderation",
      wording: `moderation/${MODERATION_PROMPT_VERSION}`,
      instructions: MODERATION_INSTRUCTIONS,
      content: [
        { type: "file", data: sent.bytes, mediaType: "image/jpeg" },
        { type: "text", text: "May this picture be processed?" },
      ],
      schema: verdictSchema,
      price: settings.prices?.[id],
      signal,
    });
    const { calls, inputTokens, outputTokens, cost } = exchange;
    return {
      verdict: value.verdict,
      scores: {},
      reason: value.verdict === "block" ? value.reason : null,
      usage: { calls, tokens: { input: inputTokens, output: outputTokens }, cost },
    };
  });
}
