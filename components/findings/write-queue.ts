import { z } from "zod";
import { type Finding, findingPatchSchema, newFindingSchema, REVIEW_STATES } from "#lib/core/detection/finding.ts";
import { deleteFinding, drawFinding, patchFinding, readFinding, restoreFinding } from "../api/findings.ts";
import { ApiProblem, Unreachable } from "../api/http.ts";
import { createStore } from "../state/store.ts";

/** What the person saw when they decided; a change is sent against exactly that. */
const seenSchema = z.object({ version: z.number(), label: z.string(), review: z.enum(REVIEW_STATES) });

const writeSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("change"), id: z.string(), seen: seenSchema, patch: findingPatchSchema }),
  z.object({ kind: z.literal("draw"), id: z.string(), finding: newFindingSchema }),
  z.object({ kind: z.literal("delete"), id: z.string(), seen: seenSchema }),
  z.object({ kind: z.literal("restore"), id: z.string() }),
]);
/** A change on its way to the server. The `id` of a drawn finding is a stand-in until the server has named it. */
export type Write = z.infer<typeof writeSchema>;

export type SaveStatus = { waiting: number; state: "saved" | "saving" | "offline" };

type Outcome = {
  /** The server has it; `finding` is what it holds now, null where it went. */
  onSaved: (write: Write, finding: Finding | null) => void;
  /** The server refused it; what was shown already has to be taken back. */
  onRefused: (write: Write, error: unknown) => void;
  /** Somebody else changed the finding first; `current` is what it is now, null where it went. */
  onConflict: (write: Write, current: Finding | null) => void;
};

/** Sends changes one after the other, in the order they were made. What cannot be sent waits, also beyond the life of the tab. */
export type WriteQueue = ReturnType<typeof createWriteQueue>;

/** Makes the queue; `key` names its place in the browser's storage. */
export function createWriteQueue(
  key: string,
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem">,
  outcome: Outcome,
) {
  let waiting: Write[] = restore();
  let running = false;
  // Versions that our own writes led to: the next write to the same finding builds on them.
  const reached = new Map<string, number>();
  const named = new Map<string, string>();
  const status = createStore<SaveStatus>({ waiting: waiting.length, state: waiting.length > 0 ? "offline" : "saved" });

  function restore(): Write[] {
    try {
      const parsed = z.array(writeSchema).safeParse(JSON.parse(storage.getItem(key) ?? "[]"));
      return parsed.success ? parsed.data : [];
    } catch {
      return [];
    }
  }

  function report(state: SaveStatus["state"]): void {
    try {
      if (waiting.length === 0) storage.removeItem(key);
      else storage.setItem(key, JSON.stringify(waiting));
    } catch {
      // A full or forbidden storage costs the safety net, not the work.
    }
    status.update(() => ({ waiting: waiting.length, state }));
  }

  async function perform(write: Write): Promise<Finding | null> {
    if (write.kind === "draw") {
      const drawn = await drawFinding(write.finding);
      named.set(write.id, drawn.id);
      return drawn;
    }
    const id = named.get(write.id) ?? write.id;
    if (write.kind === "restore") return restoreFinding(id);
    const version = reached.get(id) ?? write.seen.version;
    if (write.kind === "delete") {
      await deleteFinding(id, version);
      return null;
    }
    try {
      return await patchFinding(id, version, write.patch);
    } catch (error) {
      if (!(error instanceof ApiProblem && error.status === 412)) throw error;
      const current = await readFinding(id);
      // The merge moves versions on without a person's doing; where all that was judged still stands, the judgement does too.
      const stands = current.label === write.seen.label && current.review === write.seen.review && !write.patch.box;
      if (!stands) throw new Conflict(current);
      return await patchFinding(id, current.version, write.patch);
    }
  }

  async function drain(): Promise<void> {
    if (running) return;
    running = true;
    try {
      for (let write = waiting[0]; write; write = waiting[0]) {
        report("saving");
        try {
          const finding = await perform(write);
          if (finding) reached.set(finding.id, finding.version);
          waiting = waiting.slice(1);
          outcome.onSaved(write, finding);
        } catch (error) {
          if (error instanceof Unreachable) {
            report("offline");
            return;
          }
          waiting = waiting.slice(1);
          reached.delete(write.id);
          if (error instanceof Conflict) outcome.onConflict(write, error.current);
          else if (error instanceof ApiProblem && error.status === 404) outcome.onConflict(write, null);
          else outcome.onRefused(write, error);
        }
      }
      report("saved");
    } finally {
      running = false;
    }
  }

  return {
    status,
    /** Takes a change in and starts to send. */
    add(write: Write): void {
      waiting = [...waiting, write];
      void drain();
    },
    /** Tries again what could not be sent, when there is reason to think that it now can. */
    resume: (): void => void drain(),
    /** True while a change to the finding is on its way: what the server says meanwhile is older than what is shown. */
    concerns: (id: string): boolean => waiting.some((write) => write.id === id || named.get(write.id) === id),
  };
}

class Conflict extends Error {
  readonly current: Finding;
  constructor(current: Finding) {
    super("changed meanwhile");
    this.current = current;
  }
}
