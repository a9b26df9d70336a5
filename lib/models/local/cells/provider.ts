import { z } from "zod";
import { ModelError } from "#lib/core/errors.ts";
import type { LanguageModelV3 } from "../../language-model.ts";
import { cellPool } from "../pools.ts";
import { answer, pictureOf } from "../provider.ts";
import type { CellKind } from "./cell-task.ts";

/** What a caller tells beside the picture, as `providerOptions.local`: what was learnt of the whole, if anything. */
const optionsSchema = z.object({ settings: z.unknown() });

const NEVER = new AbortController().signal;

/** An embedded cell model as an AI SDK provider: a picture goes in, one text part of JSON comes out. The work is done in worker threads. */
export function cellProvider(kind: CellKind, workers: number | undefined): LanguageModelV3 {
  return {
    specificationVersion: "v3",
    provider: "local",
    modelId: kind,
    supportedUrls: {},
    async doGenerate(options) {
      const { settings } = optionsSchema.parse(options.providerOptions?.["local"] ?? {});
      const { data, width, height } = await pictureOf(options);
      const found = await cellPool(workers).run(new Uint8Array(data), options.abortSignal ?? NEVER, {
        ...{ kind, width, height },
        settings,
      });
      if (!("reply" in found)) throw new ModelError("transient", `local:${kind} answered something else`);
      return answer(found.reply);
    },
    async doStream() {
      throw new ModelError("run-fatal", `local:${kind} answers in one piece and does not stream`);
    },
  };
}
