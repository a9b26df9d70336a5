import type { LiveFinding, TesseraEvent } from "#lib/core/detection/events.ts";
import type { FindingTable, IncomingRow } from "./finding-table.ts";

type FindingsEvent = Extract<TesseraEvent, { kind: "findings" }>;

/** A finding of an event as a row. While its run goes on, what a model found is provisional. */
function rowOf(finding: LiveFinding, runActive: boolean): IncomingRow {
  return { ...finding, provisional: runActive && finding.score !== null };
}

/**
 * Brings the table of a page up to date with an event, but for findings with a change of our own on its way (`pending`), which the event
 * does not know of yet. Returns how many more findings there are than before.
 */
export function applyFindings(
  table: FindingTable,
  event: FindingsEvent,
  options: { page: number; runActive: boolean; pending: (id: string) => boolean },
): number {
  const before = table.size;
  table.remove(event.removed.filter((id) => !options.pending(id)));
  const rows = event.added.filter((finding) => finding.page === options.page && !options.pending(finding.id));
  table.put(
    rows.map((finding) => rowOf(finding, options.runActive)),
    "event",
  );
  return table.size - before;
}
