import type { Finding } from "#lib/core/detection/finding.ts";
import {
  addComment,
  decideOnMany,
  deleteFinding,
  drawFinding,
  patchFinding,
  readFinding,
  restoreFinding,
  undoDecision,
} from "../api/findings.ts";
import { ApiProblem } from "../api/http.ts";
import type { Write } from "./write.ts";

/** Somebody else changed the finding first. */
export class Conflict extends Error {
  readonly current: Finding;
  constructor(current: Finding) {
    super("changed meanwhile");
    this.name = "Conflict";
    this.current = current;
  }
}

/** What the server made of a write: what the finding is now, or of how many a decision was made. */
export type Answer = { finding: Finding | null; count: number | null };

/**
 * Sends a write, made on the version that is `reached`. Throws `Conflict` where somebody else changed what it builds on, and what the
 * request throws.
 */
export async function sendWrite(write: Write, reached: number | undefined): Promise<Answer> {
  const { id, writeId } = write;
  switch (write.kind) {
    case "draw":
      return { finding: await drawFinding({ ...write.finding, id }), count: null };
    case "restore":
      return { finding: await restoreFinding(id, writeId), count: null };
    case "delete":
      await deleteFinding(id, reached ?? write.seen.version, writeId);
      return { finding: null, count: null };
    case "comment":
      await addComment(id, { id: writeId, text: write.text });
      return { finding: null, count: null };
    case "bulk":
      return { finding: null, count: (await decideOnMany({ ...write.request, undo: id })).count };
    case "bulk-undo":
      return { finding: null, count: (await undoDecision(id, write.as)).count };
    case "change":
      return { finding: await sendChange(write, reached ?? write.seen.version), count: null };
  }
}

async function sendChange(write: Extract<Write, { kind: "change" }>, version: number): Promise<Finding> {
  const note = { writeId: write.writeId, sampled: write.sampled };
  try {
    return await patchFinding(write.id, version, write.patch, note);
  } catch (error) {
    if (!(error instanceof ApiProblem && error.status === 412)) throw error;
    const current = await readFinding(write.id);
    if (!stands(write, current)) throw new Conflict(current);
    return await patchFinding(write.id, current.version, write.patch, note);
  }
}

/** The merge moves versions on without a person's doing; where all that was judged still stands, the judgement does too. */
function stands({ seen, patch }: Extract<Write, { kind: "change" }>, current: Finding): boolean {
  const reshapes = patch.box !== undefined || patch.geometry !== undefined;
  const sameBox = current.box.every((side, at) => side === seen.box[at]);
  return current.label === seen.label && current.review === seen.review && (!reshapes || sameBox);
}
