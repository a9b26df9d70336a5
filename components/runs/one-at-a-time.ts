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

/** The same for each key by itself: while a key is at work, it is done once more afterwards, however often it is asked for. */
export function oneAtATimeEach(work: (key: string) => Promise<void>): (key: string) => void {
  const workers = new Map<string, (key: string) => void>();
  return (key) => {
    const offer = workers.get(key) ?? oneAtATime(work);
    workers.set(key, offer);
    offer(key);
  };
}
