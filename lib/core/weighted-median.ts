/** The value below which half of the weight lies; 0 of nothing. */
export function weightedMedian(entries: readonly { value: number; weight: number }[]): number {
  const sorted = entries.toSorted((a, b) => a.value - b.value);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let passed = 0;
  for (const { value, weight } of sorted) {
    passed += weight;
    if (passed >= half) return value;
  }
  return 0;
}
