/** Numbers of classes, from 0: the given ones in their order, then others as they are asked for. */
export type ClassNumbers = { of(label: string): number; labels(): string[] };

/** Numbers classes for formats that name them by number. */
export function classNumbers(classes: readonly string[]): ClassNumbers {
  const numbers = new Map([...new Set(classes)].map((label, index) => [label, index]));
  return {
    of(label) {
      const number = numbers.get(label) ?? numbers.size;
      numbers.set(label, number);
      return number;
    },
    labels: () => [...numbers.keys()],
  };
}
