import type { Finding } from "#lib/core/detection/finding.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { ApiProblem, Unreachable } from "../api/http.ts";
import { createStore } from "../state/store.ts";
import { type Answer, Conflict, sendWrite } from "./send-write.ts";
import type { NewWrite, Write } from "./write.ts";
import { createWriteStore, type KeptIn } from "./write-store.ts";

/** `offline`: the server is away; `signed-out`: it wants to know who this is; `unkept`: the browser keeps nothing, so the tab must stay open. */
export type SaveStatus = { waiting: number; state: "saved" | "saving" | "offline" | "signed-out"; unkept: boolean };

type Outcome = {
  /** The server has it. */
  onSaved: (write: Write, answer: Answer) => void;
  /** The server refused it; what was shown already has to be taken back. */
  onRefused: (write: Write, error: unknown) => void;
  /** Somebody else changed the finding first; `current` is what it is now, null where it went. */
  onConflict: (write: Write, current: Finding | null) => void;
};

/** Sends changes one after the other, in the order they were made. What cannot be sent waits, also beyond the life of the tab. */
export type WriteQueue = ReturnType<typeof createWriteQueue>;

/** Pauses before the next try, doubling from the first to the last, in milliseconds. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
/** A server that fails over one change this often will do so for ever: the change is given up, and that is said. */
const FAULTS_LIMIT = 6;

/** Makes the queue; `place` names it in the browser's storage. */
export function createWriteQueue(place: string, storage: KeptIn, outcome: Outcome) {
  const kept = createWriteStore(place, storage);
  let waiting: readonly Write[] = kept.all();
  let running = false;
  let pause = FIRST_PAUSE_MS;
  let faults = 0;
  let unkept = false;
  let timer: ReturnType<typeof setTimeout> | null = null;
  // Versions that our own writes led to: the next write to the same finding builds on them.
  const reached = new Map<string, number>();
  const status = createStore<SaveStatus>({
    waiting: waiting.length,
    state: waiting.length > 0 ? "offline" : "saved",
    unkept,
  });
  const report = (state: SaveStatus["state"]): void => {
    status.update(() => ({ waiting: waiting.length, state, unkept }));
  };

  function done(write: Write): void {
    waiting = waiting.filter((each) => each !== write);
    kept.drop(write);
    pause = FIRST_PAUSE_MS;
    faults = 0;
  }

  async function sendOne(write: Write): Promise<void> {
    try {
      const answer = await sendWrite(write, reached.get(write.id));
      if (answer.finding) reached.set(write.id, answer.finding.version);
      done(write);
      outcome.onSaved(write, answer);
    } catch (error) {
      if (mayPass(error) && !(isFault(error) && ++faults >= FAULTS_LIMIT)) throw error;
      done(write);
      reached.delete(write.id);
      if (error instanceof Conflict) outcome.onConflict(write, error.current);
      else if (error instanceof ApiProblem && error.status === 404) outcome.onConflict(write, null);
      else outcome.onRefused(write, error);
    }
  }

  async function drain(): Promise<void> {
    if (running) return;
    running = true;
    if (timer) clearTimeout(timer);
    timer = null;
    try {
      for (let write = waiting[0]; write; write = waiting[0]) {
        report("saving");
        await sendOne(write);
      }
      report("saved");
    } catch (error) {
      report(error instanceof ApiProblem && error.status === 401 ? "signed-out" : "offline");
      timer = setTimeout(() => void drain(), pause);
      pause = Math.min(LONGEST_PAUSE_MS, pause * 2);
    } finally {
      running = false;
    }
  }

  return {
    status,
    /** Takes a change in and starts to send. */
    add(write: NewWrite): void {
      const named: Write = { ...write, writeId: uuidv7() };
      waiting = [...waiting, named];
      if (!kept.keep(named)) unkept = true;
      void drain();
    },
    /** Tries again what could not be sent, when there is reason to think that it now can. */
    resume: (): void => void drain(),
    /** Sends no more by itself; what waits is kept. */
    stop(): void {
      if (timer) clearTimeout(timer);
    },
    /** True while a change to the finding is on its way: what the server says meanwhile is older than what is shown. */
    concerns: (id: string): boolean => waiting.some((write) => write.id === id && write.kind !== "comment"),
  };
}

/** The same write may go through later: nobody was there, nobody knew who asks, or the server was busy or broken. */
function mayPass(error: unknown): boolean {
  if (error instanceof Unreachable) return true;
  return error instanceof ApiProblem && (error.status === 401 || error.status === 429 || error.status >= 500);
}

function isFault(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 500;
}
