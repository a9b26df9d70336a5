import { z } from "zod";
import type { HistoryEntry } from "#lib/core/api/findings.ts";
import { boxSchema, type FindingPatch, geometrySchema, REVIEW_STATES } from "#lib/core/detection/finding.ts";

const versionSchema = z
  .object({ label: z.string(), review: z.enum(REVIEW_STATES), box: boxSchema, geometry: geometrySchema.nullable() })
  .partial();
/** What a finding was at one time, as far as its history tells. */
type Version = z.infer<typeof versionSchema>;

/**
 * What a finding was before the first entry of its history and after each one. An entry that tells a part, as a decision over many does,
 * leaves the rest as it was. `first` is null where the history begins with the finding itself.
 */
export function versionsOf(history: readonly HistoryEntry[]): { first: Version | null; after: readonly Version[] } {
  const [entry] = history;
  const first = entry?.before ? step({}, entry.before) : null;
  const after: Version[] = [];
  for (const each of history) after.push(step(after.at(-1) ?? first ?? {}, each.after));
  return { first, after };
}

function step(from: Version, record: HistoryEntry["after"]): Version {
  const told = versionSchema.safeParse(record ?? {});
  if (!told.success) return from;
  // A box that is told without a shape is the shape.
  return { ...from, ...(told.data.box && { geometry: null }), ...told.data };
}

/** The change that makes `to` of a finding that is `from`; null where it is that already. */
export function changeTo(from: Version, to: Version): FindingPatch | null {
  const patch: FindingPatch = {};
  if (to.label !== undefined && to.label !== from.label) patch.label = to.label;
  if (to.review !== undefined && to.review !== from.review) patch.review = to.review;
  if (to.box && JSON.stringify([to.box, to.geometry]) !== JSON.stringify([from.box, from.geometry])) {
    Object.assign(patch, { box: to.box, geometry: to.geometry });
  }
  return Object.keys(patch).length > 0 ? patch : null;
}
