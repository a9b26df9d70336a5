import { z } from "zod";
import { type ExampleCount, exampleCountSchema } from "#lib/core/detection/examples.ts";
import { sendJson } from "./http.ts";

const answer = z.object({ items: z.array(exampleCountSchema) });

/** How many examples of each label are marked on an image. */
export const countExamples = async (imageId: string, signal: AbortSignal): Promise<ExampleCount[]> =>
  (await sendJson(answer, `/api/v1/images/${imageId}/examples`, { signal })).items;
