export type Way = { ms: number; growthBytes: number };

/** Time of `work`, and by how much the process grows meanwhile over what it was before. */
export async function measure(work: () => Promise<void>): Promise<Way> {
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  let peak = before;
  const look = (): void => {
    peak = Math.max(peak, process.memoryUsage().rss);
  };
  const sampler = setInterval(look, 20);
  const start = performance.now();
  await work();
  const ms = performance.now() - start;
  clearInterval(sampler);
  look();
  return { ms, growthBytes: peak - before };
}
