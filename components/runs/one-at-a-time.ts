/**
 * Sends values one after the other: while one is on its way, only the latest of those that come is kept. So the last word is the one
 * that counts, however the network orders requests. `send` must not throw.
 */
export function oneAtATime<T>(send: (value: T) => Promise<void>): (value: T) => void {
  let busy = false;
  let next: { value: T } | null = null;
  return async function offer(value: T): Promise<void> {
    next = { value };
    if (busy) return;
    busy = true;
    while (next) {
      const { value: taken }: { value: T } = next;
      next = null;
      await send(taken);
    }
    busy = false;
  };
}
