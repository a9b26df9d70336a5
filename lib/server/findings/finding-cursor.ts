import { z } from "zod";
import type { FindingPosition } from "#db/queries/findings-list.ts";
import type { FindingSort } from "#lib/core/api/findings.ts";
import { TesseraError } from "#lib/core/errors.ts";

const text = z.tuple([z.enum(["id", "label"]), z.string(), z.uuid()]);
const number = z.tuple([
  z.enum(["score", "-score", "uncertainty", "-disagreement", "size", "-size"]),
  z.number(),
  z.uuid(),
]);
const cursorSchema = z.union([text, number]);

/** Spells where a page ended, opaque to callers. */
export function writeCursor(position: FindingPosition, sort: FindingSort): string {
  return Buffer.from(JSON.stringify([sort, position.key, position.id])).toString("base64url");
}

/** Reads what `writeCursor` wrote for this order. Throws `bad-request` for anything else. */
export function parseCursor(cursor: string, sort: FindingSort): FindingPosition {
  try {
    const [writtenFor, key, id] = cursorSchema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString()));
    if (writtenFor === sort) return { key, id };
  } catch {
    // Falls through: what cannot be read is no cursor of ours.
  }
  throw new TesseraError("bad-request", "the cursor does not belong to this list", {
    remedy: "start without a cursor",
  });
}
