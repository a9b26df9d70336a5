import { z } from "zod";
import { readDeeds, writeDeeds } from "../findings/undo-stack.ts";
import type { KeptIn } from "../findings/write-store.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** Writing all deeds at each of them would hold up the hand: they are written when it rests. */
const REST_MS = 250;

/** What a person put aside, and what they laid over what, on a page of a picture. */
const arrangedSchema = z.object({
  aside: z.array(z.string()),
  stack: z.array(z.tuple([z.string(), z.number()])),
});
type Arranged = z.infer<typeof arrangedSchema>;

function readArranged(text: string | null): Arranged {
  try {
    return arrangedSchema.parse(JSON.parse(text ?? "null"));
  } catch {
    return { aside: [], stack: [] };
  }
}

/**
 * Gives a workspace what this person did there before and how they arranged its findings, and keeps both in `storage` as they change, so
 * that undo and what was put aside outlive the page. Returns what ends that.
 */
export function keepDeeds({ state }: Workspace, storage: KeptIn, place: string): () => void {
  const [deedsAt, arrangedAt] = [`tessera-deeds:${place}`, `tessera-arranged:${place}`];
  const { aside, stack } = readArranged(storage.getItem(arrangedAt));
  state.update((value) => ({
    ...value,
    deeds: readDeeds(storage.getItem(deedsAt)),
    filter: { ...value.filter, hiddenIds: new Set(aside) },
    stack: new Map(stack),
  }));
  const kept = () => {
    const { deeds, filter, stack: heights } = state.get();
    return [deeds, filter.hiddenIds, heights] as const;
  };
  let written = kept();
  const isWritten = (): boolean => kept().every((each, at) => each === written[at]);
  let timer: ReturnType<typeof setTimeout> | null = null;
  const write = (): void => {
    timer = null;
    if (isWritten()) return;
    written = kept();
    const [deeds, hiddenIds, heights] = written;
    const arranged: Arranged = { aside: [...hiddenIds], stack: [...heights] };
    try {
      storage.setItem(arrangedAt, JSON.stringify(arranged));
      storage.setItem(deedsAt, writeDeeds(deeds));
    } catch {
      // A full or forbidden storage costs undoing after a reload, nothing else.
    }
  };
  const unsubscribe = state.subscribe(() => {
    if (!isWritten()) timer ??= setTimeout(write, REST_MS);
  });
  window.addEventListener("pagehide", write);
  return () => {
    unsubscribe();
    window.removeEventListener("pagehide", write);
    if (timer) clearTimeout(timer);
    write();
  };
}
