"use client";

import { Check, Lock, LockOpen, RotateCcw, Tag, Trash2, X } from "lucide-react";
import { useEffect, useState } from "react";
import { roleAllows } from "#lib/core/access/role.ts";
import type { Finding } from "#lib/core/detection/finding.ts";
import { formatMetres, formatSquareMetres } from "#lib/core/quantities.ts";
import { readFinding } from "../api/findings.ts";
import type { FindingRow } from "../findings/finding-table.ts";
import { FindMore } from "../runs/find-more.tsx";
import { Button } from "../ui/button.tsx";
import { formatScore, plural } from "../ui/format.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { Swatch } from "../ui/swatch.tsx";
import { useGround } from "../viewer/use-ground.ts";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { openSheet } from "./actions.ts";
import { Discussion } from "./discussion.tsx";
import { EvidencePanel } from "./evidence-panel.tsx";

/** The chosen finding: what it is, what to decide on it, what was said and done about it. */
export function FindingDetails() {
  const { workspace, review } = useWorkspace();
  const { selectedId } = useWorkspaceState((state) => ({
    selectedId: state.selectedId,
    revision: state.findingsRevision,
  }));
  const row = selectedId === null ? null : workspace.table.find(selectedId);
  if (!row) return null;
  return (
    <section
      aria-label="Selected finding"
      className="scroll-quiet max-h-[55%] shrink-0 overflow-y-auto border-t border-line"
    >
      <div className="flex flex-col gap-3 p-3">
        <div className="flex items-center gap-2">
          <Swatch label={row.label} />
          <h2 className="min-w-0 flex-1 truncate text-base font-semibold">{row.label}</h2>
          <span className="text-muted tabular-nums">{formatScore(row.score)}</span>
        </div>
        {roleAllows(workspace.role, "reviewer") && <Decisions row={row} />}
        <FindMore row={row} />
        <Facts row={row} />
        {!review.isPending(row.id) && <EvidencePanel id={row.id} version={row.version} />}
        <Discussion
          id={row.id}
          version={row.version}
          saved={!review.isPending(row.id)}
          mayWrite={roleAllows(workspace.role, "reviewer")}
        />
      </div>
    </section>
  );
}

function Decisions({ row }: { row: FindingRow }) {
  const { workspace, review } = useWorkspace();
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <Button
        small
        className="flex-1"
        aria-pressed={row.review === "accepted"}
        look={row.review === "accepted" ? "primary" : "plain"}
        icon={<Check size={14} aria-hidden />}
        onClick={() => review.decide(row.id, row.review === "accepted" ? "unreviewed" : "accepted")}
      >
        {row.review === "accepted" ? "Accepted" : "Accept"}
      </Button>
      <Button
        small
        className="flex-1"
        aria-pressed={row.review === "rejected"}
        look={row.review === "rejected" ? "primary" : "plain"}
        icon={<X size={14} aria-hidden />}
        onClick={() => review.decide(row.id, row.review === "rejected" ? "unreviewed" : "rejected")}
      >
        {row.review === "rejected" ? "Rejected" : "Reject"}
      </Button>
      <IconButton name="Relabel" keys="T" icon={<Tag size={15} />} onClick={() => openSheet(workspace, "relabel")} />
      <LockButton row={row} />
      {row.score === null ? (
        <IconButton name="Remove" keys="Delete" icon={<Trash2 size={15} />} onClick={() => review.remove(row.id)} />
      ) : (
        <IconButton
          name="Back in the queue"
          keys="Q"
          disabled={row.review === "unreviewed"}
          icon={<RotateCcw size={15} />}
          onClick={() => review.decide(row.id, "unreviewed")}
        />
      )}
    </div>
  );
}

function LockButton({ row }: { row: FindingRow }) {
  const { workspace, review } = useWorkspace();
  const locked = workspace.shapes.get(row.id)?.locked ?? false;
  return (
    <IconButton
      name={locked ? "Unlock the shape" : "Lock the shape"}
      keys="Shift+L"
      pressed={locked}
      icon={locked ? <Lock size={15} /> : <LockOpen size={15} />}
      onClick={() => review.lock(row.id, !locked)}
    />
  );
}

function Facts({ row }: { row: FindingRow }) {
  const ground = useGround();
  const whole = useWhole(row);
  const [x, y, width, height] = row.box;
  const metres = ground?.metresPerPixel ?? null;
  const facts: [string, string][] = [["Size", `${size(width)} × ${size(height)} px`]];
  if (metres !== null) {
    facts.push(["Extent", `${formatMetres(width * metres)} × ${formatMetres(height * metres)}`]);
    facts.push(["Box area", formatSquareMetres(width * height * metres ** 2)]);
  }
  facts.push([
    "Centre",
    ground?.locate(x + width / 2, y + height / 2) ?? `${size(x + width / 2)}, ${size(y + height / 2)} px`,
  ]);
  if (whole?.text) facts.unshift(["Text", whole.text]);
  if (whole?.modelLabel && whole.modelLabel !== row.label) facts.push(["Model said", whole.modelLabel]);
  if (whole && whole.members.length > 0) {
    const tiles = [...new Set(whole.members.map(([tile]) => tile))].sort((a, b) => a - b);
    const named = tiles
      .slice(0, 6)
      .map((tile) => `#${tile}`)
      .join(" ");
    facts.push(["Seen in", `${plural(tiles.length, "tile")}: ${named}${tiles.length > 6 ? " …" : ""}`]);
  }
  if (whole && whole.disagreement !== null) {
    const agreed = Math.round((1 - whole.disagreement) * 100);
    facts.push(["Agreement", `${agreed}% of the tiles that show it whole`]);
  }
  if (row.provisional) facts.push(["State", "provisional until the tiles are merged"]);
  return (
    <dl className="grid grid-cols-[5.5rem_1fr] gap-x-2 gap-y-1">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const size = (pixels: number): string => (Math.round(pixels * 10) / 10).toLocaleString("en");

/** The finding in full, which the list does not hold. */
function useWhole({ id, version }: FindingRow): Finding | null {
  const { review } = useWorkspace();
  const saved = !review.isPending(id);
  const [whole, setWhole] = useState<Finding | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version is read anew
  useEffect(() => {
    if (!saved) return;
    const controller = new AbortController();
    readFinding(id, controller.signal).then(
      (finding) => {
        setWhole(finding);
        review.learn(finding);
      },
      () => undefined,
    );
    return () => controller.abort();
  }, [review, id, version, saved]);
  return whole?.id === id ? whole : null;
}
