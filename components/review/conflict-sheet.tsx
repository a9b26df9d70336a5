"use client";

import { useEffect, useState } from "react";
import type { Finding } from "#lib/core/detection/finding.ts";
import { listHistory } from "../api/findings.ts";
import { Button } from "../ui/button.tsx";
import { formatInstant } from "../ui/format.ts";
import { useWorkspace } from "../workspace/context.tsx";
import type { Conflict } from "../workspace/workspace-state.ts";

const STATES = { unreviewed: "to review", accepted: "accepted", rejected: "rejected" } as const;

/** One change that somebody else's came before: what it was, what each made of it, and whose is to stand. */
export function ConflictSheet({ conflict, more }: { conflict: Conflict; more: number }) {
  const { workspace, review } = useWorkspace();
  const { write, current } = conflict;
  const other = useOther(current);
  const settle = (mine: boolean): void => {
    workspace.state.update((state) => {
      const conflicts = state.conflicts.filter((each) => each !== conflict);
      return { ...state, conflicts, sheet: conflicts.length > 0 ? "conflict" : null };
    });
    if (!mine) return;
    const { review: state, label, box, geometry } = write.patch;
    if (box) review.reshape(write.id, box, geometry ?? null);
    review.judge(write.id, { ...(state && { review: state }), ...(label && { label }) });
  };
  const rows = differences(conflict);
  return (
    <div className="flex flex-col gap-4">
      <p>
        You changed this finding on what it was before; meanwhile {other ? <b>{other.actor}</b> : "somebody else"}{" "}
        changed it too{other && `, ${formatInstant(other.createdAt)}`}. Theirs stands, yours was not saved.
      </p>
      <table className="w-full">
        <thead className="text-left text-xs text-muted">
          <tr>
            <th className="py-1 font-normal" />
            <th className="font-normal">Before</th>
            <th className="font-normal">Theirs</th>
            <th className="font-normal">Yours</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([field, before, theirs, yours]) => (
            <tr key={field} className="border-t border-line">
              <th scope="row" className="py-1.5 pr-2 text-left font-medium">
                {field}
              </th>
              <td className="pr-2 text-muted">{before}</td>
              <td className="pr-2">{theirs}</td>
              <td className="pr-2">{yours}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="flex items-center gap-2">
        <Button look="primary" onClick={() => settle(false)}>
          Keep theirs
        </Button>
        <Button onClick={() => settle(true)}>Use mine</Button>
        {more > 0 && <span className="text-xs text-muted">{more} more after this one</span>}
      </div>
    </div>
  );
}

/** Field, before, theirs, yours, of what differs. */
function differences({ write, current }: Conflict): [string, string, string, string][] {
  const { seen, patch } = write;
  const place = (box: readonly number[]): string => box.map((side) => Math.round(side)).join(", ");
  const rows: [string, string, string, string][] = [
    ["Class", seen.label, current.label, patch.label ?? seen.label],
    ["Decision", STATES[seen.review], STATES[current.review], STATES[patch.review ?? seen.review]],
    ["Place", place(seen.box), place(current.box), place(patch.box ?? seen.box)],
  ];
  return rows.filter(([, before, theirs, yours]) => theirs !== before || yours !== before);
}

/** Who changed the finding last, and when. */
function useOther({ id, version }: Finding): { actor: string; createdAt: string } | null {
  const [other, setOther] = useState<{ actor: string; createdAt: string } | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version has a longer history
  useEffect(() => {
    const controller = new AbortController();
    listHistory(id, controller.signal).then(
      (history) => setOther(history.at(-1) ?? null),
      () => undefined,
    );
    return () => controller.abort();
  }, [id, version]);
  return other;
}
