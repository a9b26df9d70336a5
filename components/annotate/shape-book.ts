import type { Geometry } from "#lib/core/detection/finding.ts";

/** What is known of findings beyond their boxes: the shape (null: the box is the shape) and whether it is locked. */
type Entry = { geometry: Geometry | null; locked: boolean };

/**
 * Makes an empty book of the shapes of findings as this page comes to know them, by id: what people drew, what was selected, what was
 * changed.
 */
export function createShapeBook() {
  const entries = new Map<string, Entry>();
  /** Those that a box does not show: points and lines. */
  const thin = new Map<string, Geometry>();
  return {
    get: (id: string): Entry | undefined => entries.get(id),
    note(id: string, part: Partial<Entry>): void {
      const entry = { geometry: null, locked: false, ...entries.get(id), ...part };
      entries.set(id, entry);
      if (entry.geometry?.type === "Point" || entry.geometry?.type === "LineString") thin.set(id, entry.geometry);
      else thin.delete(id);
    },
    remove(id: string): void {
      entries.delete(id);
      thin.delete(id);
    },
    clear(): void {
      entries.clear();
      thin.clear();
    },
    /** Points and lines with their ids. */
    thin: (): Iterable<[string, Geometry]> => thin,
  };
}
