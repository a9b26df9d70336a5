import { type Write, writeSchema } from "./write.ts";

/** As much of the browser's storage as changes are kept in. */
export type KeptIn = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

/**
 * Keeps changes beyond the life of the tab, each under a key of its own that begins with `place`, so that tabs of one person never write
 * over each other's.
 */
export function createWriteStore(place: string, storage: KeptIn) {
  const keyOf = (write: Write): string => `${place}:${write.writeId}`;

  function read(key: string): Write[] {
    try {
      const parsed = writeSchema.safeParse(JSON.parse(storage.getItem(key) ?? "null"));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return [];
    }
  }

  return {
    /** All that is kept, in the order in which it was made, whichever tab made it: sent twice, it is made once. */
    all(): Write[] {
      const keys = Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? "");
      return keys
        .filter((key) => key.startsWith(`${place}:`))
        .sort()
        .flatMap(read);
    },
    /** Returns false where the browser would not keep it. */
    keep(write: Write): boolean {
      try {
        storage.setItem(keyOf(write), JSON.stringify(write));
        return true;
      } catch {
        return false;
      }
    },
    drop: (write: Write): void => storage.removeItem(keyOf(write)),
  };
}
