import { z } from "zod";
import { ModelError } from "#lib/core/errors.ts";
import type { LanguageModelV3 } from "../../language-model.ts";
import { cellPool } from "../pools.ts";
import { answer, pictureOf } from "../provider.ts";
import type { CellKind } from "./cell-task.ts";

/** What a caller tells beside the picture, as `providerOptions.local`: what was learnt of the whole, if anything. */
const optionsSchema = z.object({ settings: z.unknown() });

/** What the embedded cell models answer: outlines in pixels of the picture, as `x, y, x, y, …` without the first position again. */
export const cellReplySchema = z.object({
  cells: z.array(
    z.object({
      label: z.string().min(1),
      score: z.number().min(0).max(1),
      outline: z.array(z.number()).min(6),
      measurements: z.record(z.string(), z.number()),
    }),
  ),
});

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
      if (!("cells" in found)) throw new ModelError("transient", `local:${kind} answered something else`);
      const cells = found.cells.map(({ label, score, outline, measurements }) => ({
        label,
        score: rounded(score, 1e4),
        outline: outline.slice(0, -1).flatMap(([x, y]) => [rounded(x, 100), rounded(y, 100)]),
        measurements: Object.fromEntries(
          Object.entries(measurements).map(([name, value]) => [name, rounded(value, 1e4)]),
        ),
      }));
      return answer(JSON.stringify({ cells }));
    },
    async doStream() {
      throw new ModelError("run-fatal", `local:${kind} answers in one piece and does not stream`);
    },
  };
}

function rounded(value: number, steps: number): number {
  return Math.round(value * steps) / steps;
}
