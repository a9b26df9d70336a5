import { z } from "zod";
import { type Collection, collectionSchema } from "#lib/core/api/collections.ts";
import { sendJson } from "./http.ts";

const answer = z.object({ items: z.array(collectionSchema) });

export const listCollections = async (signal?: AbortSignal): Promise<Collection[]> =>
  (await sendJson(answer, "/api/v1/collections", { signal })).items;
