import { z } from "zod";
import { findingPatchSchema } from "#lib/core/detection/finding.ts";

const deedSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("change"),
    id: z.string(),
    before: findingPatchSchema,
    after: findingPatchSchema,
    what: z.string(),
  }),
  z.object({ kind: z.literal("draw"), id: z.string(), what: z.string() }),
  z.object({ kind: z.literal("remove"), id: z.string(), what: z.string() }),
  /** One decision over many; `id` is what the server takes back next: the decision, or the latest taking back of it. */
  z.object({ kind: z.literal("bulk"), id: z.string(), what: z.string() }),
  /** Findings put aside, or shown again. */
  z.object({ kind: z.literal("aside"), id: z.string(), ids: z.array(z.string()), away: z.boolean(), what: z.string() }),
  /** A finding laid over or beneath others: its height before and after, null where it had none. */
  z.object({
    kind: z.literal("stack"),
    id: z.string(),
    before: z.number().nullable(),
    after: z.number().nullable(),
    what: z.string(),
  }),
]);
/** One thing a person did, with what takes it back. */
export type Deed = z.infer<typeof deedSchema>;

const deedsSchema = z.object({ done: z.array(deedSchema), undone: z.array(deedSchema) });
/** What a person did, oldest first, and what of it they took back, last taken back last. */
export type Deeds = { readonly done: readonly Deed[]; readonly undone: readonly Deed[] };

export const NO_DEEDS: Deeds = { done: [], undone: [] };

/** As many deeds outlive the page; within it, all are kept. */
const KEPT = 1000;

/** Remembers a deed; what was taken back before it can no longer be done again. */
export function remember(deeds: Deeds, deed: Deed): Deeds {
  return { done: [...deeds.done, deed], undone: [] };
}

/** Moves the last deed to those that were taken back. */
export function takeBack({ done, undone }: Deeds): { deed: Deed | null; deeds: Deeds } {
  const deed = done.at(-1) ?? null;
  return { deed, deeds: deed ? { done: done.slice(0, -1), undone: [...undone, deed] } : { done, undone } };
}

/** Moves the deed that was taken back last to those that are done. */
export function doAgain({ done, undone }: Deeds): { deed: Deed | null; deeds: Deeds } {
  const deed = undone.at(-1) ?? null;
  return { deed, deeds: deed ? { done: [...done, deed], undone: undone.slice(0, -1) } : { done, undone } };
}

/** Gives a deed another id, wherever it is now. */
export function rename({ done, undone }: Deeds, deed: Deed, id: string): Deeds {
  const renamed = (deeds: readonly Deed[]): readonly Deed[] =>
    deeds.map((each) => (each === deed ? { ...each, id } : each));
  return { done: renamed(done), undone: renamed(undone) };
}

/** Forgets what was done to a finding: it went, or someone else changed it meanwhile. */
export function forget({ done, undone }: Deeds, id: string): Deeds {
  const others = (deeds: readonly Deed[]): readonly Deed[] => deeds.filter((deed) => deed.id !== id);
  return { done: others(done), undone: others(undone) };
}

/** Reads deeds that `writeDeeds` wrote; none where there is nothing that could be read. */
export function readDeeds(text: string | null): Deeds {
  try {
    const parsed = deedsSchema.safeParse(JSON.parse(text ?? "null"));
    return parsed.success ? parsed.data : NO_DEEDS;
  } catch {
    return NO_DEEDS;
  }
}

/** Writes the latest deeds, to be read after the page is loaded again. */
export function writeDeeds({ done, undone }: Deeds): string {
  return JSON.stringify({ done: done.slice(-KEPT), undone: undone.slice(-KEPT) });
}
