import type { FindingPatch } from "#lib/core/detection/finding.ts";
import { uuidv7 } from "#lib/uuid.ts";
import type { FindingRow } from "../findings/finding-table.ts";
import { type Deed, type Deeds, doAgain, forget, rename, takeBack } from "../findings/undo-stack.ts";
import type { WriteQueue } from "../findings/write-queue.ts";
import { setAside, setHeight } from "../pick/put-aside.ts";
import { notify } from "../ui/toasts.ts";
import { touchFindings, type Workspace } from "../workspace/workspace.ts";
import type { Pending } from "./pending.ts";

type Hands = {
  workspace: Workspace;
  pending: Pending;
  queue: WriteQueue;
  apply: (row: FindingRow, patch: FindingPatch) => void;
  erase: (row: FindingRow) => void;
};

/** Undo and redo of what this person did here, also before the page was loaded; never of what others did. */
export function createUndo({ workspace, pending, queue, apply, erase }: Hands) {
  const { state, table } = workspace;
  const keep = (deeds: Deeds): void => state.update((value) => ({ ...value, deeds }));

  /** Shows a removed finding again, at once where it is known, else when the server has answered. */
  function bringBack(id: string): string {
    pending.bringBack(id);
    queue.add({ kind: "restore", id });
    return id;
  }

  /** Puts the fields of a change back to what they were, unless somebody changed them since. */
  function put(deed: Extract<Deed, { kind: "change" }>, from: FindingPatch, to: FindingPatch): string | null {
    const row = table.find(deed.id);
    if (!row || !holds(row, from)) {
      state.update((value) => ({ ...value, deeds: forget(value.deeds, deed.id) }));
      const text = row ? "Somebody else changed it since." : "The finding is no longer there.";
      notify({ tone: "warning", title: `Left as it is: ${deed.what}`, text });
      return null;
    }
    apply(row, to);
    return deed.id;
  }

  function eraseIfThere(id: string): null {
    const row = table.find(id);
    if (row) erase(row);
    return null;
  }

  /** Takes back what concerns many findings, or the page alone; or does it again. */
  function turn(deed: Exclude<Deed, { kind: "change" | "draw" | "remove" }>, again: boolean): string | null {
    if (deed.kind === "bulk") {
      // The taking back has a name of its own, by which it is taken back in turn.
      const as = uuidv7();
      queue.add({ kind: "bulk-undo", id: deed.id, as, again });
      state.update((value) => ({ ...value, deeds: rename(value.deeds, deed, as) }));
      return null;
    }
    if (deed.kind === "aside") {
      setAside(workspace, deed.ids, again === deed.away);
      return null;
    }
    setHeight(workspace, deed.id, again ? deed.after : deed.before);
    return table.find(deed.id) ? deed.id : null;
  }

  function goBack(deed: Deed): string | null {
    switch (deed.kind) {
      case "remove":
        return bringBack(deed.id);
      case "draw":
        return eraseIfThere(deed.id);
      case "change":
        return put(deed, deed.after, deed.before);
      case "bulk":
      case "aside":
      case "stack":
        return turn(deed, false);
    }
  }

  function goOn(deed: Deed): string | null {
    switch (deed.kind) {
      case "remove":
        return eraseIfThere(deed.id);
      case "draw":
        return bringBack(deed.id);
      case "change":
        return put(deed, deed.before, deed.after);
      case "bulk":
      case "aside":
      case "stack":
        return turn(deed, true);
    }
  }

  function move(step: typeof takeBack, act: (deed: Deed) => string | null, said: string): string | null {
    const { deed, deeds } = step(state.get().deeds);
    if (!deed) return null;
    keep(deeds);
    const id = act(deed);
    touchFindings(workspace);
    if (id !== null || deed.kind !== "change") notify({ tone: "info", title: `${said}: ${deed.what}`, text: "" });
    return id;
  }

  return {
    /** Takes the last deed back. Returns the finding that it was about, where it is there. */
    undo: (): string | null => move(takeBack, goBack, "Undone"),
    /** Does again what was taken back last. */
    redo: (): string | null => move(doAgain, goOn, "Done again"),
  };
}

/** True where a finding still has what a change gave it. Places are compared by their boxes. */
function holds(row: FindingRow, fields: FindingPatch): boolean {
  const sameBox =
    fields.box === undefined || fields.box.every((side, at) => Math.abs(side - (row.box[at] ?? 0)) < 1e-6);
  return (
    (fields.label === undefined || fields.label === row.label) &&
    (fields.review === undefined || fields.review === row.review) &&
    sameBox
  );
}
