import type { BulkRequest } from "#lib/core/api/findings.ts";
import type { Review } from "../review/review-session.ts";
import { plural } from "../ui/format.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { NONE } from "./pick.ts";

const DECIDED = { accepted: "accepted", rejected: "rejected", unreviewed: "put back in the queue" } as const;

/** Makes one decision over the findings chosen together, undone as one. False where none are. */
export function decideOnPicked(workspace: Workspace, review: Review, change: BulkRequest["change"]): boolean {
  const { picked, image } = workspace.state.get();
  if (picked.size === 0) return false;
  const what = change.remove
    ? "removed"
    : change.label === undefined
      ? DECIDED[change.review ?? "unreviewed"]
      : `relabelled ${change.label}`;
  const request: BulkRequest = { imageId: image.id, filter: { ids: [...picked] }, change };
  review.decideOnMany(request, `${plural(picked.size, "finding")} ${what}`);
  if (change.remove) workspace.state.update((state) => ({ ...state, picked: NONE, selectedId: null }));
  return true;
}
