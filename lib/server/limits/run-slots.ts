import { processWide } from "#lib/process-wide.ts";

/** How many tiles of one run this process may have in flight, shared by all lanes that work on it here. */
type Slots = { capacity: number; inFlight: number; waiting: (() => void)[]; abort: AbortController };

function allSlots(): Map<string, Slots> {
  return processWide("run-slots", () => new Map<string, Slots>());
}

function slotsOf(runId: string): Slots {
  const known = allSlots().get(runId);
  if (known) return known;
  const made: Slots = { capacity: 0, inFlight: 0, waiting: [], abort: new AbortController() };
  allSlots().set(runId, made);
  return made;
}

/** Runs that this process has slots for. */
export function runsWithSlots(): string[] {
  return [...allSlots().keys()];
}

/** Sets what the run may have in flight here; effective at once. Zero: nothing new starts. */
export function setCapacity(runId: string, capacity: number): void {
  const slots = slotsOf(runId);
  slots.capacity = capacity;
  wakeWaiting(slots);
}

/** Tiles of the run that are in flight here. */
export function inFlight(runId: string): number {
  return allSlots().get(runId)?.inFlight ?? 0;
}

/** Aborted when the run is cancelled: calls in flight end at once. */
export function runSignal(runId: string): AbortSignal {
  return slotsOf(runId).abort.signal;
}

/** Aborts what is in flight for a cancelled run, and forgets the run. */
export function abortRun(runId: string): void {
  const slots = allSlots().get(runId);
  if (!slots) return;
  slots.capacity = 0;
  slots.abort.abort(new DOMException("the run was cancelled", "AbortError"));
  wakeWaiting(slots);
  allSlots().delete(runId);
}

/** Forgets a run that has ended here, once nothing of it is in flight. */
export function forgetRun(runId: string): void {
  if (inFlight(runId) === 0) allSlots().delete(runId);
}

/**
 * Takes between 1 and `most` slots, waiting until some are free or `timeoutMs` have passed; 0 then. Waits for a quarter of the
 * capacity at a time where more is in flight, so that tiles are claimed by the handful and not one by one.
 */
export async function takeSlots(runId: string, most: number, timeoutMs: number): Promise<number> {
  const slots = slotsOf(runId);
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const free = slots.capacity - slots.inFlight;
    const handful = Math.max(1, Math.min(most, Math.floor(slots.capacity / 4)));
    if (free >= handful) {
      const taken = Math.min(free, most);
      slots.inFlight += taken;
      return taken;
    }
    const remaining = deadline - Date.now();
    if (remaining <= 0) return 0;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, remaining);
      slots.waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/** Gives slots back. */
export function giveSlots(runId: string, count: number): void {
  const slots = slotsOf(runId);
  slots.inFlight = Math.max(0, slots.inFlight - count);
  wakeWaiting(slots);
}

function wakeWaiting(slots: Slots): void {
  const waiting = slots.waiting.splice(0);
  for (const wake of waiting) wake();
}
