/** Equal bins from `from` to `to`; what lies beyond is counted in the first or last. */
export type Histogram = { readonly from: number; readonly to: number; readonly counts: Float64Array };

/** Counts values in equal bins; not-a-number is left out. */
export function histogramOf(
  values: Iterable<number>,
  { from, to, bins = 256 }: { from: number; to: number; bins?: number },
): Histogram {
  const counts = new Float64Array(bins);
  const scale = bins / (to - from);
  for (const value of values) {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor((value - from) * scale)));
    if (!Number.isNaN(bin)) counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { from, to, counts };
}

/**
 * The value that parts a histogram in two with the largest variance between them (Otsu 1979), and how well it does: `separation` is
 * that variance over the whole, 0…1, near 0 where there is but one kind.
 */
export function otsu({ from, to, counts }: Histogram): { threshold: number; separation: number } {
  let [total, sum, squares] = [0, 0, 0];
  for (const [bin, count] of counts.entries()) {
    total += count;
    sum += count * bin;
    squares += count * bin * bin;
  }
  let [below, sumBelow, best, first, last] = [0, 0, 0, 0, 0];
  for (const [bin, count] of counts.entries()) {
    below += count;
    sumBelow += count * bin;
    const above = total - below;
    if (below === 0 || above === 0) continue;
    const apart = sumBelow / below - (sum - sumBelow) / above;
    const between = (below / total) * (above / total) * apart * apart;
    if (between > best) [best, first, last] = [between, bin, bin];
    // A gap between the two kinds: every bin in it does as well, and the middle is the fairest.
    else if (between === best) last = bin;
  }
  const variance = total > 0 ? squares / total - (sum / total) ** 2 : 0;
  const width = (to - from) / counts.length;
  return { threshold: from + ((first + last) / 2 + 1) * width, separation: variance > 0 ? best / variance : 0 };
}

/** The value below which `share` (0…1) of a histogram lies, by linear interpolation within its bin. */
export function quantile({ from, to, counts }: Histogram, share: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const width = (to - from) / counts.length;
  let below = 0;
  for (const [bin, count] of counts.entries()) {
    if (count > 0 && below + count >= share * total) return from + (bin + (share * total - below) / count) * width;
    below += count;
  }
  return to;
}
