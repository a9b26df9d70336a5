import { TesseraError } from "#lib/core/errors.ts";

/** What is found, or null where it is not there for who asks. */
export async function foundOrNull<T>(search: Promise<T>): Promise<T | null> {
  return search.catch((error: unknown) => {
    if (error instanceof TesseraError && error.code === "not-found") return null;
    throw error;
  });
}
