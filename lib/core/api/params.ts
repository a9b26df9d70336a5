import { z } from "zod";
import { presetIdSchema } from "./presets.ts";

/** Parameters of paths; what does not fit them is the address of nothing. */
export const imageParams = z.object({ imageId: z.uuid() });
export const runParams = z.object({ runId: z.uuid() });
export const findingParams = z.object({ findingId: z.uuid() });
export const collectionParams = z.object({ collectionId: z.uuid() });
export const presetParams = z.object({ presetId: presetIdSchema });
export const tokenParams = z.object({ tokenId: z.uuid() });
export const personParams = z.object({ personId: z.uuid() });

/** `?limit=`, as every list takes it. */
export const limitSchema = z.coerce.number().int().min(1).max(1000).default(100);

/** A page of a list. `nextCursor` is null at the end. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** JSON as it stands in an address. */
export const jsonText = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: "custom", message: "is not JSON" });
    return z.NEVER;
  }
});
