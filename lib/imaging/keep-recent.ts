/**
 * The value of `key` from a map that holds at most `most` of those used last, or by `make`; whoever asks for the same meanwhile waits for the
 * same making. What failed is not kept. `onEvict` hears of what had to go.
 */
export function keepRecent<T>(
  kept: Map<string, Promise<T>>,
  key: string,
  make: () => Promise<T>,
  most: number,
  onEvict: (value: Promise<T>) => void = () => undefined,
): Promise<T> {
  const found = kept.get(key);
  const value = found ?? make();
  // The order of a map is that of insertion: what was used last goes to the end.
  kept.delete(key);
  kept.set(key, value);
  if (!found) value.catch(() => kept.delete(key));
  const [oldest] = kept.size > most ? kept : [];
  if (oldest) {
    kept.delete(oldest[0]);
    onEvict(oldest[1]);
  }
  return value;
}
