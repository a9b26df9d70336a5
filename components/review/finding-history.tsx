"use client";

import type { HistoryEntry } from "#lib/core/api/findings.ts";
import type { FindingPatch } from "#lib/core/detection/finding.ts";
import { listHistory } from "../api/findings.ts";
import { Button } from "../ui/button.tsx";
import { formatInstant } from "../ui/format.ts";
import { useWorkspace } from "../workspace/context.tsx";
import { type ShownFinding, useRecords } from "./use-records.ts";
import { changeTo, versionsOf } from "./versions.ts";

type HistoryProps = ShownFinding & { mayWrite: boolean };

/** What was done to a finding, oldest first, and the way back to what it was. */
export function FindingHistory({ id, version, saved, mayWrite }: HistoryProps) {
  const { review } = useWorkspace();
  const history = useRecords(listHistory, { id, version, saved });

  const { first, after } = versionsOf(history);
  const now = after.at(-1);
  if (!now) return null;
  const back = (to: typeof now | null) => {
    const change = to && changeTo(now, to);
    if (!mayWrite || !change) return null;
    return <Restore change={change} onRestore={() => review.restore(id, change)} />;
  };
  return (
    <details>
      <summary className="text-muted">History ({history.length})</summary>
      <ol aria-label="History" className="mt-1.5 flex flex-col">
        {first && (
          <li className={ENTRY}>
            <span className="min-w-0 flex-1">
              At first: {[first.label, first.review].filter((each) => each !== undefined).join(", ")}
            </span>
            {back(first)}
          </li>
        )}
        {history.map((entry, at) => (
          <li key={`${entry.createdAt}-${entry.action}`} className={ENTRY}>
            <span className="min-w-0 flex-1">
              <span className="text-muted">{formatInstant(entry.createdAt)}</span> {entry.actor}: {entry.action}
              {describeChange(entry)}
            </span>
            {back(after[at] ?? null)}
          </li>
        ))}
      </ol>
    </details>
  );
}

const ENTRY = "flex min-h-7 items-center gap-2 text-xs break-words";

function Restore({ change, onRestore }: { change: FindingPatch; onRestore: () => void }) {
  const parts = [change.label, change.review, change.box && "its shape"].filter((part) => part !== undefined);
  return (
    <Button small look="quiet" className="text-accent" aria-label={`Restore ${parts.join(", ")}`} onClick={onRestore}>
      Restore
    </Button>
  );
}

/** The fields that an entry changed, as before → after; places are left to the picture. */
export function describeChange({ before, after }: Pick<HistoryEntry, "before" | "after">): string {
  const changes = Object.entries(after ?? {})
    .filter(([field, value]) => typeof value === "string" && before?.[field] !== value)
    .map(([, value]) => value)
    .filter((value) => typeof value === "string");
  return changes.length > 0 ? ` → ${changes.join(", ")}` : "";
}
