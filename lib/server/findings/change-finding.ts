import type { PoolClient } from "pg";
import { inTransaction } from "#db/client.ts";
import {
  countWrites,
  type FindingRow,
  findFinding,
  insertFindingEvent,
  setFindingDeleted,
  updateFinding,
} from "#db/queries/findings.ts";
import { roleAllows } from "#lib/core/access/role.ts";
import type { Finding, FindingPatch } from "#lib/core/detection/finding.ts";
import { VersionConflict } from "#lib/core/detection/version-conflict.ts";
import { TesseraError } from "#lib/core/errors.ts";
import type { Principal } from "../access/principal.ts";
import { wake } from "../events/outbox.ts";
import { announceChanged, announceRemoved } from "./announce.ts";
import { type ChangeNote, PLAIN_CHANGE } from "./change-note.ts";
import { shapeBox } from "./draw-finding.ts";
import { presentFinding } from "./present-finding.ts";

/** The version that a change was made on; null: whatever it is now. */
export type ExpectedVersion = number | null;

function assertThere(row: FindingRow | null): asserts row is FindingRow {
  if (!row) throw new TesseraError("not-found", "there is no such finding");
}

function assertVersion(row: FindingRow, expected: ExpectedVersion): void {
  if (expected !== null && row.version !== expected) throw new VersionConflict(presentFinding(row), expected);
}

/** True where the change was made already: its answer was lost on the way, and it is sent again. The finding's row must be held. */
async function isRepeated(client: PoolClient, note: ChangeNote, principal: Principal): Promise<boolean> {
  return note.writeId !== null && (await countWrites(client, note.writeId, principal.actor)) > 0;
}

/**
 * Decides on, relabels, reshapes or locks a finding, provisional or not; its history keeps both states. A patch that changes nothing is
 * no change, nor is one that was made already. Throws `not-found`, `conflict` where it is locked, and `VersionConflict` where somebody
 * was faster.
 */
export async function changeFinding(
  id: string,
  patch: FindingPatch,
  expected: ExpectedVersion,
  principal: Principal,
  note: ChangeNote = PLAIN_CHANGE,
): Promise<Finding> {
  const row = await inTransaction(async (client) => {
    const before = await findFinding(client, id, true);
    assertThere(before);
    if (await isRepeated(client, note, principal)) return before;
    assertVersion(before, expected);
    const wanted = applyPatch(before, patch);
    const changed = changedFields(before, wanted);
    const [action] = changed;
    if (action === undefined) return before;
    if (changed.includes("reshape") && wanted.locked) assertUnlocked(before);
    const after = await updateFinding(client, wanted, changed.includes("reshape"));
    await insertFindingEvent(client, {
      findingId: id,
      actor: principal.actor,
      action: changed.length > 1 ? "change" : action,
      before: record(before),
      after: record(after),
      ...note,
    });
    await announceChanged(client, [after]);
    return after;
  });
  wake();
  return presentFinding(row);
}

/** A new box without a new shape is the shape; a new shape brings its own box. */
function applyPatch(row: FindingRow, patch: FindingPatch): FindingRow {
  const geometry = patch.geometry !== undefined ? patch.geometry : patch.box ? null : row.geometry;
  const [x, y, width, height] = shapeBox(patch.box ?? [row.x, row.y, row.width, row.height], geometry);
  const { label = row.label, review = row.review, locked = row.locked } = patch;
  return { ...row, x, y, width, height, geometry, label, review, locked };
}

function changedFields(
  before: FindingRow,
  after: FindingRow,
): ("review" | "relabel" | "reshape" | "lock" | "unlock")[] {
  const sides = ["x", "y", "width", "height"] as const;
  const reshaped =
    sides.some((side) => before[side] !== after[side]) ||
    JSON.stringify(before.geometry) !== JSON.stringify(after.geometry);
  return [
    ...(before.review !== after.review ? (["review"] as const) : []),
    ...(before.label !== after.label ? (["relabel"] as const) : []),
    ...(reshaped ? (["reshape"] as const) : []),
    ...(before.locked !== after.locked ? ([after.locked ? "lock" : "unlock"] as const) : []),
  ];
}

function record(row: FindingRow) {
  const { label, review, geometry, version } = row;
  return { label, review, version, box: [row.x, row.y, row.width, row.height], ...(geometry && { geometry }) };
}

/** Removes a finding: one's own drawing, or any as an operator. It can be restored. Throws `not-found`, `forbidden`, and `conflict` where it is locked. */
export async function removeFinding(
  id: string,
  expected: ExpectedVersion,
  principal: Principal,
  note: ChangeNote = PLAIN_CHANGE,
): Promise<void> {
  await inTransaction(async (client) => {
    // Held before it is asked whether this was done: the same removal may just be under way.
    const row = await findFinding(client, id, true);
    if (await isRepeated(client, note, principal)) return;
    assertThere(row);
    assertVersion(row, expected);
    assertMayRemove(row, principal);
    assertUnlocked(row);
    await setFindingDeleted(client, id, true);
    const event = { findingId: id, actor: principal.actor, action: "remove", before: record(row), after: null };
    await insertFindingEvent(client, { ...event, ...note });
    await announceRemoved(client, row);
  });
  wake();
}

/** Brings a removed finding back. Throws `not-found` and `forbidden`. */
export async function restoreFinding(
  id: string,
  principal: Principal,
  note: ChangeNote = PLAIN_CHANGE,
): Promise<Finding> {
  const row = await inTransaction(async (client) => {
    const restored = (await isRepeated(client, note, principal)) ? null : await setFindingDeleted(client, id, false);
    // Asked once more: the same restoring may have been under way.
    if (!restored && (await isRepeated(client, note, principal))) {
      const row = await findFinding(client, id);
      assertThere(row);
      return row;
    }
    if (!restored) throw new TesseraError("not-found", "there is no such removed finding");
    assertMayRemove(restored, principal);
    const event = { findingId: id, actor: principal.actor, action: "restore", before: null, after: record(restored) };
    await insertFindingEvent(client, { ...event, ...note });
    await announceChanged(client, [restored]);
    return restored;
  });
  wake();
  return presentFinding(row);
}

function assertUnlocked(row: FindingRow): void {
  if (!row.locked) return;
  throw new TesseraError("conflict", `this ${row.label} is locked`, { remedy: "unlock it first" });
}

function assertMayRemove(row: FindingRow, principal: Principal): void {
  const own = row.source === "person" && row.createdBy === principal.actor;
  if (own || roleAllows(principal.role, "operator")) return;
  throw new TesseraError("forbidden", "a reviewer removes only what they drew themselves", {
    remedy: "reject it instead",
  });
}
