import { z } from "zod";
import { bulkRequestSchema } from "#lib/core/api/findings.ts";
import { boxSchema, findingPatchSchema, newFindingSchema, REVIEW_STATES } from "#lib/core/detection/finding.ts";

/** What the person saw when they decided; a change is sent against exactly that. */
const seenSchema = z.object({ version: z.number(), label: z.string(), review: z.enum(REVIEW_STATES), box: boxSchema });

const about = { writeId: z.uuid(), id: z.uuid() };

export const writeSchema = z.discriminatedUnion("kind", [
  z.object({
    ...about,
    kind: z.literal("change"),
    seen: seenSchema,
    patch: findingPatchSchema,
    /** Decided in random order. */
    sampled: z.boolean(),
  }),
  z.object({ ...about, kind: z.literal("draw"), finding: newFindingSchema }),
  z.object({ ...about, kind: z.literal("delete"), seen: seenSchema }),
  z.object({ ...about, kind: z.literal("restore") }),
  z.object({ ...about, kind: z.literal("comment"), text: z.string() }),
  /** One decision over many; `id` is what it is undone by. */
  z.object({ ...about, kind: z.literal("bulk"), request: bulkRequestSchema }),
  /** Takes back the decision, or the taking back, that `id` names; `as` is what this is taken back by; `again`: the decision stands again. */
  z.object({ ...about, kind: z.literal("bulk-undo"), as: z.uuid().optional(), again: z.boolean().optional() }),
]);
/** A change on its way to the server. `writeId`, a UUIDv7, names it: however often it is sent, it is made once. `id` is the finding's. */
export type Write = z.infer<typeof writeSchema>;

/** A change before it has its name. */
export type NewWrite = Write extends infer W ? (W extends Write ? Omit<W, "writeId"> : never) : never;
