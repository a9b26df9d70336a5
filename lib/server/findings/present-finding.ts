import type { FindingRow } from "#db/queries/findings.ts";
import type { LiveFinding } from "#lib/core/detection/events.ts";
import type { Finding } from "#lib/core/detection/finding.ts";

/** The finding as the API shows it. */
export function presentFinding(row: FindingRow): Finding {
  return {
    id: row.id,
    imageId: row.imageId,
    runId: row.runId,
    page: row.page,
    box: [row.x, row.y, row.width, row.height],
    geometry: row.geometry,
    label: row.label,
    modelLabel: row.modelLabel,
    text: row.text,
    measurements: row.measurements,
    score: row.score,
    disagreement: row.disagreement,
    source: row.source,
    review: row.review,
    locked: row.locked,
    provisional: row.provisional,
    members: row.members,
    version: row.version,
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** The finding as an event carries it: enough to draw it. */
export function liveFinding(row: FindingRow): LiveFinding {
  const { id, page, label, score, review, version, geometry, source } = row;
  const box: LiveFinding["box"] = [row.x, row.y, row.width, row.height];
  return { id, page, box, label, score, review, version, geometry, source, shaped: geometry !== null };
}
