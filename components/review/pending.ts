import type { Finding, FindingPatch, Geometry } from "#lib/core/detection/finding.ts";
import type { FindingRow } from "../findings/finding-table.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** What is shown before the server has agreed, and what it was before. */
export type Pending = ReturnType<typeof createPending>;

/** Makes the record of what is shown ahead of the server in a workspace. */
export function createPending({ table, shapes }: Pick<Workspace, "table" | "shapes">) {
  /** What the server is known to hold, of findings whose change is on its way. */
  const confirmed = new Map<string, { row: FindingRow; geometry: Geometry | null; locked: boolean }>();
  const removed = new Map<string, { row: FindingRow; geometry: Geometry | null }>();

  const shapeOf = (id: string): Geometry | null => shapes.get(id)?.geometry ?? table.shapeOf(id);

  function put(row: FindingRow, geometry: Geometry | null, locked: boolean): void {
    table.overwrite({ ...row, geometry });
    shapes.note(row.id, { geometry, locked });
  }

  function hold(row: FindingRow): void {
    if (confirmed.has(row.id)) return;
    confirmed.set(row.id, { row, geometry: shapeOf(row.id), locked: shapes.get(row.id)?.locked ?? false });
  }

  return {
    /** The finding's shape beyond its box, as it is shown. */
    shapeOf,

    /** Shows a change. */
    show(row: FindingRow, patch: FindingPatch): void {
      hold(row);
      const { label = row.label, review = row.review, box = row.box } = patch;
      const geometry = patch.geometry === undefined ? shapeOf(row.id) : patch.geometry;
      put({ ...row, label, review, box }, geometry, patch.locked ?? shapes.get(row.id)?.locked ?? false);
    },

    /** Takes a finding out of sight. */
    hide(row: FindingRow): void {
      hold(row);
      removed.set(row.id, { row, geometry: shapeOf(row.id) });
      table.remove([row.id]);
      shapes.remove(row.id);
    },

    /** Shows a finding again that was taken out of sight; false where it was not in this page's time. */
    bringBack(id: string): boolean {
      const gone = removed.get(id);
      if (gone) put(gone.row, gone.geometry, false);
      return gone !== undefined;
    },

    /** The server holds this now; `more` says that a later change is on its way still. */
    confirm(finding: Finding, more: boolean): void {
      const { geometry, locked } = finding;
      if (more) confirmed.set(finding.id, { row: finding, geometry, locked });
      else {
        confirmed.delete(finding.id);
        put(finding, geometry, locked);
      }
    },

    /** The server has changed it as it is shown, and will say so itself. */
    release(id: string): void {
      confirmed.delete(id);
    },

    /** Shows again what the server holds; what it never held goes. */
    restore(id: string, isNew: boolean): void {
      const before = confirmed.get(id);
      confirmed.delete(id);
      if (isNew) table.remove([id]);
      else if (before) put(before.row, before.geometry, before.locked);
    },

    /** Shows what somebody else made of a finding. Returns true where it had been shown otherwise. */
    giveWay(id: string, current: Finding | null): boolean {
      const shown = table.find(id) !== null;
      confirmed.delete(id);
      if (current) put(current, current.geometry, current.locked);
      else table.remove([id]);
      return shown;
    },
  };
}
