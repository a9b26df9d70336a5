import type { BulkRequest } from "#lib/core/api/findings.ts";
import type { Finding, FindingPatch, Geometry, ReviewState } from "#lib/core/detection/finding.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { sentence } from "../api/http.ts";
import type { FindingRow } from "../findings/finding-table.ts";
import { type Deed, forget, remember } from "../findings/undo-stack.ts";
import type { Write } from "../findings/write.ts";
import { createWriteQueue } from "../findings/write-queue.ts";
import type { KeptIn } from "../findings/write-store.ts";
import { plural } from "../ui/format.ts";
import { notify } from "../ui/toasts.ts";
import { touchFindings, type Workspace } from "../workspace/workspace.ts";
import { keepDeeds } from "./keep-deeds.ts";
import { createPending, type Pending } from "./pending.ts";
import { createUndo } from "./take-back.ts";

/** What a person does to findings: shown at once, sent in order, taken back where the server says no. */
export type Review = ReturnType<typeof createReview>;

const VERB: Record<ReviewState, string> = {
  accepted: "accepted",
  rejected: "rejected",
  unreviewed: "back in the queue",
};

/** Makes the review of a workspace for the person `actor`; what they did and what is not yet saved is kept in `storage`. */
export function createReview(workspace: Workspace, storage: KeptIn, actor: string) {
  const { state, table } = workspace;
  const place = `${state.get().image.id}:${actor}`;
  const pending = createPending(workspace);

  const queue = createWriteQueue(`tessera-writes:${place}`, storage, {
    onSaved(write, { finding, count }) {
      if (finding) pending.confirm(finding, queue.concerns(finding.id));
      for (const id of namedBy(write)) pending.release(id);
      if (count !== null) notify({ tone: "info", title: saidOf(write, count), text: "" });
      touchFindings(workspace);
    },
    onRefused(write, error) {
      pending.restore(write.id, write.kind === "draw");
      for (const id of namedBy(write)) pending.restore(id, false);
      state.update((value) => ({ ...value, deeds: forget(value.deeds, deedOf(write)) }));
      touchFindings(workspace);
      notify({ tone: "error", title: "Not saved", text: sentence(error) });
    },
    onConflict(write, current) {
      onConflict(workspace, pending, write, current);
    },
  });

  const unsubscribe = keepDeeds(workspace, storage, `${place}:${workspace.page}`);

  function record(deed: Deed): void {
    state.update((value) => ({ ...value, deeds: remember(value.deeds, deed) }));
  }

  /** Shows a change at once and sends it. */
  function apply(row: FindingRow, patch: FindingPatch, sampled = false): void {
    pending.show(row, patch);
    const seen = { version: row.version, label: row.label, review: row.review, box: row.box };
    queue.add({ kind: "change", id: row.id, seen, patch, sampled });
    touchFindings(workspace);
  }

  function change(id: string, patch: FindingPatch, what: string, sampled = false): void {
    const row = table.find(id);
    if (!row) return;
    const before: FindingPatch = {};
    if (patch.label !== undefined) before.label = row.label;
    if (patch.review !== undefined) before.review = row.review;
    if (patch.locked !== undefined) before.locked = !patch.locked;
    if (patch.box !== undefined) Object.assign(before, { box: row.box, geometry: pending.shapeOf(id) });
    record({ kind: "change", id, before, after: patch, what });
    apply(row, patch, sampled);
  }

  function erase(row: FindingRow): void {
    pending.hide(row);
    const seen = { version: row.version, label: row.label, review: row.review, box: row.box };
    queue.add({ kind: "delete", id: row.id, seen });
    touchFindings(workspace);
  }

  const undo = createUndo({ workspace, pending, queue, apply, erase });

  return {
    saving: queue.status,
    isPending: queue.concerns,
    resume: queue.resume,
    ...undo,

    /** Judges a finding: its state, its class, or both at once. `sampled`: it was put before the person by chance. */
    judge(id: string, patch: { review?: ReviewState; label?: string }, sampled = false): void {
      const row = table.find(id);
      if (!row) return;
      const { review = row.review, label = row.label } = patch;
      const news: FindingPatch = { ...(review !== row.review && { review }), ...(label !== row.label && { label }) };
      if (Object.keys(news).length === 0) return;
      const named = news.label === undefined ? "" : ` relabelled ${label}`;
      const decided = news.review === undefined ? "" : ` ${VERB[review]}`;
      change(id, news, `${row.label}${named}${named && decided ? " and" : ""}${decided}`, sampled);
    },

    decide(id: string, review: ReviewState): void {
      this.judge(id, { review });
    },

    relabel(id: string, label: string): void {
      this.judge(id, { label });
    },

    /** Gives a finding another shape; a box needs no geometry beside it. */
    reshape(id: string, box: FindingRow["box"], geometry: Geometry | null): void {
      const row = table.find(id);
      if (row) change(id, { box, geometry }, `${row.label} reshaped`);
    },

    /** Makes a finding what it was once. */
    restore(id: string, patch: FindingPatch): void {
      const row = table.find(id);
      if (!row) return;
      if (patch.box !== undefined && workspace.shapes.get(id)?.locked) sayLocked(row.label);
      else change(id, patch, `${row.label} restored`);
    },

    /** Guards a finding against a slip of the hand, or lets it be changed again. */
    lock(id: string, locked: boolean): void {
      const row = table.find(id);
      if (row) change(id, { locked }, `${row.label} ${locked ? "locked" : "unlocked"}`);
    },

    /** Adds a shape drawn by hand, in the run that is shown. Returns its id. */
    draw(box: FindingRow["box"], geometry: Geometry | null, label: string): string {
      const id = uuidv7();
      const { image, runId } = state.get();
      const row: FindingRow = { id, box, label, score: null, review: "accepted", version: 1, provisional: false };
      table.overwrite({ ...row, geometry });
      workspace.shapes.note(id, { geometry });
      record({ kind: "draw", id, what: `${label} drawn` });
      const finding = { imageId: image.id, runId, page: workspace.page, box, geometry, label };
      queue.add({ kind: "draw", id, finding });
      touchFindings(workspace);
      return id;
    },

    /** Removes what a person drew; what a model said is rejected instead, so that the record stays whole. */
    remove(id: string): void {
      const row = table.find(id);
      if (!row) return;
      if (row.score !== null) {
        this.decide(id, "rejected");
        return;
      }
      if (workspace.shapes.get(id)?.locked) {
        sayLocked(row.label);
        return;
      }
      const what = `${row.label} removed`;
      erase(row);
      state.update((value) => ({ ...value, selectedId: null }));
      record({ kind: "remove", id, what });
      notify({ tone: "info", title: what, text: "Undo brings it back." });
    },

    /** Says something about a finding; it waits like any change where the server is away. */
    comment(id: string, text: string): void {
      queue.add({ kind: "comment", id, text });
    },

    /** Makes one decision over many; on those that it names it is shown at once. */
    decideOnMany(request: BulkRequest, what: string): void {
      const id = uuidv7();
      record({ kind: "bulk", id, what });
      const { remove, ...patch } = request.change;
      for (const each of request.filter.ids ?? []) {
        const row = remove ? null : table.find(each);
        if (row) pending.show(row, patch);
      }
      queue.add({ kind: "bulk", id, request });
      touchFindings(workspace);
    },

    /** Takes in a finding read in full, unless a change of ours is on its way. */
    learn(finding: Finding): void {
      if (queue.concerns(finding.id)) return;
      table.put([finding], "snapshot");
      workspace.shapes.note(finding.id, { geometry: finding.geometry, locked: finding.locked });
      touchFindings(workspace);
    },

    stop(): void {
      unsubscribe();
      queue.stop();
    },
  };
}

function sayLocked(label: string): void {
  notify({ tone: "warning", title: `This ${label} is locked`, text: "Unlock it first." });
}

/** What the deed that a write belongs to is known by. */
function deedOf(write: Write): string {
  return write.kind === "bulk-undo" ? (write.as ?? write.id) : write.id;
}

/** The findings that a decision over many names. */
function namedBy(write: Write): readonly string[] {
  return write.kind === "bulk" ? (write.request.filter.ids ?? []) : [];
}

function saidOf(write: Write, count: number): string {
  if (write.kind === "bulk-undo")
    return `${write.again ? "Done again to" : "Taken back from"} ${plural(count, "finding")}`;
  const { review, label, remove } = write.kind === "bulk" ? write.request.change : {};
  const done = remove ? "removed or rejected" : review ? VERB[review] : label ? `relabelled ${label}` : "changed";
  return `${plural(count, "finding")} ${done}`;
}

/** The page's own changes give way to somebody else's, which are shown, with what ours would have been. */
function onConflict(workspace: Workspace, pending: Pending, write: Write, current: Finding | null): void {
  const { state } = workspace;
  const ours = pending.giveWay(write.id, current);
  state.update((value) => ({
    ...value,
    deeds: forget(value.deeds, write.id),
    conflicts: current && ours && write.kind === "change" ? [...value.conflicts, { write, current }] : value.conflicts,
  }));
  touchFindings(workspace);
  if (!current) {
    const text = "It was removed meanwhile, by a person or by the merge.";
    notify({ tone: "warning", title: "The finding has gone", text });
    return;
  }
  notify({
    tone: "warning",
    title: "Somebody else was first",
    text: `This ${current.label} changed meanwhile and is now ${VERB[current.review]}. Yours was not saved.`,
    action: {
      name: "Compare",
      run: () => state.update((value) => ({ ...value, sheet: value.conflicts.length > 0 ? "conflict" : value.sheet })),
    },
  });
}
