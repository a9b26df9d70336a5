import { ERRORS, type Lock, type Locker } from "@tus/server";
import { processWide } from "#lib/process-wide.ts";

/** A request waits this long for the one before it to let an upload go. */
const PATIENCE_MS = 30_000;

type Held = { ask: () => void; released: Promise<void> };

/**
 * One request at a time writes to an upload: a second one asks the first to stop, and waits until what that had received is in the
 * file. A connection that broke without a word, which the server believes open for minutes, is got rid of this way. Between
 * processes nothing is locked: both would write the same bytes to the same places.
 */
export const uploadLocks: Locker = {
  newLock(id: string): Lock {
    const held = processWide("upload-locks", () => new Map<string, Held>());
    let release: () => void = () => undefined;
    return {
      async lock(signal, askToStop) {
        const deadline = performance.now() + PATIENCE_MS;
        for (let other = held.get(id); other; other = held.get(id)) {
          other.ask();
          const left = deadline - performance.now();
          if (left <= 0 || signal.aborted || !(await endsWithin(other.released, left))) throw ERRORS.ERR_LOCK_TIMEOUT;
        }
        const released = new Promise<void>((resolve) => {
          release = resolve;
        });
        held.set(id, { ask: () => void askToStop(), released });
      },
      async unlock() {
        held.delete(id);
        release();
      },
    };
  },
};

async function endsWithin(work: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const ended = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return ended;
}
