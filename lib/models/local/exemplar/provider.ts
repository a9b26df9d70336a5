import { z } from "zod";
import { ModelError } from "#lib/core/errors.ts";
import type { LanguageModelV3 } from "../../language-model.ts";
import { exemplarPool } from "../pools.ts";
import { answer, pictureOf } from "../provider.ts";

export const LOCAL_EXEMPLAR = "local:exemplar";

/** What a caller tells beside the picture, as `providerOptions.local`. */
const optionsSchema = z.object({ settings: z.unknown(), minScore: z.number() });

/** What is answered: boxes `[x, y, width, height]` in pixels of the picture. */
export const exemplarReplySchema = z.object({
  label: z.string(),
  found: z.array(z.object({ score: z.number().min(0).max(1), box: z.array(z.number()).length(4) })),
});

const NEVER = new AbortController().signal;

/** The embedded learner as an AI SDK provider: a picture and what was learnt go in, one text part of JSON comes out. */
export function exemplarProvider(workers: number | undefined): LanguageModelV3 {
  return {
    specificationVersion: "v3",
    provider: "local",
    modelId: "exemplar",
    supportedUrls: {},
    async doGenerate(options) {
      const asked = optionsSchema.parse(options.providerOptions?.["local"] ?? {});
      const { data, width, height } = await pictureOf(options);
      const pool = exemplarPool(workers);
      const done = await pool.run(new Uint8Array(data), options.abortSignal ?? NEVER, { width, height, ...asked });
      if (!("found" in done)) throw new ModelError("transient", `${LOCAL_EXEMPLAR} answered something else`);
      const found = done.found.map(({ box, score }) => ({
        score: Math.round(score * 1e4) / 1e4,
        box: box.map((value) => Math.round(value * 100) / 100),
      }));
      return answer(JSON.stringify({ label: done.label, found }));
    },
    async doStream() {
      throw new ModelError("run-fatal", `${LOCAL_EXEMPLAR} answers in one piece and does not stream`);
    },
  };
}
