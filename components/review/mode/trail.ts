/** Findings that were put before a person, in order, where among them they are, and what comes after. `at` beyond the end: nothing is shown. */
export type Trail = { readonly seen: readonly string[]; readonly at: number; readonly ahead: readonly string[] };

export const NEW_TRAIL: Trail = { seen: [], at: 0, ahead: [] };

/** One on: through what was seen already, then to the next that is still open; what others decided meanwhile is passed over. */
export function goOn({ seen, at, ahead }: Trail, isOpen: (id: string) => boolean): Trail {
  if (at + 1 < seen.length) return { seen, at: at + 1, ahead };
  const first = ahead.findIndex((id) => isOpen(id) && !seen.includes(id));
  if (first === -1) return { seen, at: seen.length, ahead: [] };
  return { seen: [...seen, ahead[first] ?? ""], at: seen.length, ahead: ahead.slice(first + 1) };
}

/** One back; the first stays where it is. */
export function goBack({ seen, at, ahead }: Trail): Trail {
  return { seen, at: Math.max(0, at - 1), ahead };
}

/** To a finding, wherever it was: one that was not seen yet comes last. */
export function visit({ seen, at: _, ahead }: Trail, id: string): Trail {
  const at = seen.indexOf(id);
  const rest = ahead.filter((each) => each !== id);
  return at === -1 ? { seen: [...seen, id], at: seen.length, ahead: rest } : { seen, at, ahead: rest };
}
