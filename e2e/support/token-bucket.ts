/** Requests a minute that are allowed, with as many at once as `burstSeconds` give. */
export type Rate = { perMinute: number; burstSeconds: number };

/** Takes one of the requests that a rate allows: 0, or in how many milliseconds there is one. */
export function tokenBucket(rate: Rate | null): () => number {
  if (!rate) return () => 0;
  const perMs = rate.perMinute / 60_000;
  const most = perMs * rate.burstSeconds * 1000;
  let [left, since] = [most, performance.now()];
  return () => {
    const now = performance.now();
    left = Math.min(most, left + (now - since) * perMs);
    since = now;
    if (left < 1) return Math.ceil((1 - left) / perMs);
    left -= 1;
    return 0;
  };
}
