import type { Finding, FindingPatch, ReviewState } from "#lib/core/detection/finding.ts";
import { sentence } from "../api/http.ts";
import type { FindingRow } from "../findings/finding-table.ts";
import { forget, remember, takeBack } from "../findings/undo-stack.ts";
import { createWriteQueue, type Write } from "../findings/write-queue.ts";
import { notify } from "../ui/toasts.ts";
import { touchFindings, type Workspace } from "../workspace/workspace.ts";
import type { Rectangle } from "../workspace/workspace-state.ts";

/** What a person does to findings: shown at once, sent in order, taken back where the server says no. */
export type Review = ReturnType<typeof createReview>;

const VERB: Record<ReviewState, string> = {
  accepted: "accepted",
  rejected: "rejected",
  unreviewed: "back in the queue",
};

/** Makes the review of a workspace. */
export function createReview(workspace: Workspace, storage: Pick<Storage, "getItem" | "setItem" | "removeItem">) {
  const { state, table } = workspace;
  // What the server is known to hold, of findings whose change is on its way.
  const confirmed = new Map<string, FindingRow>();
  const removed = new Map<string, FindingRow>();

  const queue = createWriteQueue(`tessera-writes:${state.get().image.id}`, storage, {
    onSaved(write, finding) {
      if (write.kind === "draw") table.remove([write.id]);
      if (finding) {
        if (queue.concerns(finding.id)) confirmed.set(finding.id, finding);
        else confirmed.delete(finding.id);
        if (!queue.concerns(finding.id)) table.overwrite(finding);
        if (write.kind === "draw") rename(write.id, finding.id);
      }
      touchFindings(workspace);
    },
    onRefused(write, error) {
      restore(write);
      notify({ tone: "error", title: "Not saved", text: sentence(error) });
    },
    onConflict(write, current) {
      if (current) table.overwrite(current);
      else table.remove([write.id]);
      confirmed.delete(write.id);
      state.update((value) => ({ ...value, deeds: forget(value.deeds, write.id) }));
      touchFindings(workspace);
      notify(
        current
          ? {
              tone: "warning",
              title: "Somebody else was first",
              text: `This ${current.label} changed meanwhile and is now ${current.review}. Look at it again and decide.`,
            }
          : {
              tone: "warning",
              title: "The finding has gone",
              text: "It was removed meanwhile, by a person or by the merge.",
            },
      );
    },
  });

  function restore(write: Write): void {
    const before = confirmed.get(write.id);
    confirmed.delete(write.id);
    if (before) table.overwrite(before);
    else if (write.kind === "draw") table.remove([write.id]);
    state.update((value) => ({ ...value, deeds: forget(value.deeds, write.id) }));
    touchFindings(workspace);
  }

  function rename(from: string, to: string): void {
    state.update((value) => ({
      ...value,
      selectedId: value.selectedId === from ? to : value.selectedId,
      deeds: value.deeds.map((deed) => (deed.id === from ? { ...deed, id: to } : deed)),
    }));
  }

  function apply(row: FindingRow, patch: FindingPatch): void {
    if (!confirmed.has(row.id)) confirmed.set(row.id, row);
    table.overwrite({
      ...row,
      label: patch.label ?? row.label,
      review: patch.review ?? row.review,
      box: patch.box ?? row.box,
    });
    queue.add({
      kind: "change",
      id: row.id,
      seen: { version: row.version, label: row.label, review: row.review },
      patch,
    });
    touchFindings(workspace);
  }

  function change(id: string, patch: FindingPatch, what: string): void {
    const row = table.find(id);
    if (!row) return;
    const before: FindingPatch = {};
    if (patch.label !== undefined) before.label = row.label;
    if (patch.review !== undefined) before.review = row.review;
    if (patch.box !== undefined) before.box = row.box;
    state.update((value) => ({
      ...value,
      deeds: remember(value.deeds, { kind: "change", id, before, after: patch, what }),
    }));
    apply(row, patch);
  }

  return {
    saving: queue.status,
    isPending: queue.concerns,
    resume: queue.resume,

    decide(id: string, review: ReviewState): void {
      const row = table.find(id);
      if (row && row.review !== review) change(id, { review }, `${row.label} ${VERB[review]}`);
    },

    relabel(id: string, label: string): void {
      const row = table.find(id);
      if (row && row.label !== label) change(id, { label }, `${row.label} relabelled ${label}`);
    },

    /** Adds a box drawn by hand, in the run that is shown. Returns its stand-in id. */
    draw(box: Rectangle, label: string): string {
      const id = `draft-${crypto.randomUUID()}`;
      const [x, y, width, height] = box;
      const { image, runId } = state.get();
      table.overwrite({
        id,
        box: [x, y, width, height],
        label,
        score: null,
        review: "accepted",
        version: 1,
        provisional: false,
      });
      state.update((value) => ({
        ...value,
        deeds: remember(value.deeds, { kind: "draw", id, what: `${label} drawn` }),
      }));
      queue.add({
        kind: "draw",
        id,
        finding: { imageId: image.id, runId, page: workspace.page, box: [x, y, width, height], geometry: null, label },
      });
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
      confirmed.set(id, row);
      table.remove([id]);
      queue.add({ kind: "delete", id, seen: { version: row.version, label: row.label, review: row.review } });
      removed.set(id, row);
      const what = `${row.label} removed`;
      state.update((value) => ({
        ...value,
        selectedId: null,
        deeds: remember(value.deeds, { kind: "remove", id, what }),
      }));
      touchFindings(workspace);
      notify({ tone: "info", title: what, text: "U brings it back." });
    },

    /** Takes the last deed back. Returns the finding it was about. */
    undo(): string | null {
      const { deed, rest } = takeBack(state.get().deeds);
      if (!deed) return null;
      state.update((value) => ({ ...value, deeds: rest }));
      const gone = removed.get(deed.id);
      if (deed.kind === "remove" && gone) {
        table.overwrite(gone);
        queue.add({ kind: "restore", id: deed.id });
        touchFindings(workspace);
        return deed.id;
      }
      const row = table.find(deed.id);
      if (!row || deed.kind === "remove") return null;
      if (deed.kind === "draw") {
        confirmed.set(deed.id, row);
        table.remove([deed.id]);
        queue.add({
          kind: "delete",
          id: deed.id,
          seen: { version: row.version, label: row.label, review: row.review },
        });
        touchFindings(workspace);
        return null;
      }
      apply(row, deed.before);
      notify({ tone: "info", title: `Undone: ${deed.what}`, text: "" });
      return deed.id;
    },

    /** Takes in a finding read in full, unless a change of ours is on its way. */
    learn(finding: Finding): void {
      if (queue.concerns(finding.id)) return;
      table.put([finding], "snapshot");
      touchFindings(workspace);
    },
  };
}
