import type { Finding } from "#lib/core/detection/finding.ts";

/** SQL: the order that the same findings (`f`) always have, whoever wrote them when. */
export const STEADY_ORDER = 'f.page, f.label COLLATE "C", f.y, f.x, f.id';

/** Which findings of an image; what is absent or undefined filters nothing. */
export type FindingConditions = {
  imageId: string;
  /** Of this run, or of any of these. */
  run?: string | readonly string[] | undefined;
  page?: number | undefined;
  /** `[x, y, width, height]`: findings whose box touches it. */
  bbox?: readonly [number, number, number, number] | undefined;
  label?: readonly string[] | undefined;
  /** Findings without a score (drawn, imported) pass. */
  minScore?: number | undefined;
  /** Thresholds of classes that have one of their own, in place of `minScore`. */
  labelScores?: Readonly<Record<string, number>> | undefined;
  /** The longer side of the box, in pixels. */
  minSide?: number | undefined;
  maxSide?: number | undefined;
  review?: string | undefined;
  /** Leaves out one review state. */
  notReview?: string | undefined;
  /** Made by a model, drawn by a person or imported; and by which import. */
  source?: Finding["source"] | undefined;
  import?: string | undefined;
  /** Drawn or accepted by this person; null: by anybody. */
  vouchedBy?: string | null | undefined;
  ids?: readonly string[] | undefined;
};

/** The conditions as SQL on `f`, with their values from `$1` on. Deleted findings are never among them. */
export function whereFindings(filter: FindingConditions): { where: string; values: unknown[] } {
  const values: unknown[] = [];
  const conditions: string[] = ["f.deleted_at IS NULL"];
  const add = (value: unknown, condition: (parameter: string) => string): void => {
    if (value === undefined) return;
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  add(filter.imageId, (p) => `f.image_id = ${p}`);
  add(filter.run, (p) => (typeof filter.run === "string" ? `f.run_id = ${p}` : `f.run_id = ANY(${p}::uuid[])`));
  add(filter.page, (p) => `f.page = ${p}`);
  add(filter.bbox && corners(filter.bbox), (p) => `f.box && ${p}::box`);
  add(filter.label, (p) => `f.label = ANY(${p}::text[])`);
  // Scores are kept as `real`: compared as such, 0.9 is at least 0.9.
  const minScore = filter.labelScores ? (filter.minScore ?? 0) : filter.minScore;
  const own = filter.labelScores && JSON.stringify(filter.labelScores);
  add(own, (p) => `(f.score IS NULL OR NOT ${p}::jsonb ? f.label OR f.score >= (${p}::jsonb->>f.label)::real)`);
  const common = own === undefined ? "" : `OR $${values.length}::jsonb ? f.label`;
  add(minScore, (p) => `(f.score IS NULL OR f.score >= ${p}::real ${common})`);
  add(filter.minSide, (p) => `greatest(f.width, f.height) >= ${p}::float8`);
  add(filter.maxSide, (p) => `greatest(f.width, f.height) <= ${p}::float8`);
  add(filter.review, (p) => `f.review = ${p}`);
  add(filter.notReview, (p) => `f.review <> ${p}`);
  add(filter.source, (p) => `f.source = ${p}`);
  add(filter.import, (p) => `f.import_id = ${p}`);
  if (filter.vouchedBy === null) conditions.push("(f.source = 'person' OR f.review = 'accepted')");
  else add(filter.vouchedBy, (p) => `(f.source = 'person' AND f.created_by = ${p} OR ${acceptedBy(p)})`);
  add(filter.ids, (p) => `f.id = ANY(${p}::uuid[])`);
  return { where: conditions.join(" AND "), values };
}

/** Accepted, and so by this person at some time. */
function acceptedBy(person: string): string {
  return `f.review = 'accepted' AND EXISTS (SELECT FROM finding_events e
    WHERE e.finding_id = f.id AND e.actor = ${person} AND e.after->>'review' = 'accepted')`;
}

function corners([x, y, width, height]: readonly [number, number, number, number]): string {
  return `(${x + width},${y + height}),(${x},${y})`;
}
