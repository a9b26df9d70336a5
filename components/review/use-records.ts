import { useEffect, useState } from "react";
import { useStore } from "../state/store.ts";
import { useWorkspace } from "../workspace/context.tsx";

/** A finding as it is shown, and whether the server knows it so. */
export type ShownFinding = { id: string; version: number; saved: boolean };

/** What is kept of a finding beside it, read anew with each version of it and whatever is sent; what cannot be read stays as it was. */
export function useRecords<T>(
  read: (id: string, signal: AbortSignal) => Promise<readonly T[]>,
  { id, version, saved }: ShownFinding,
): readonly T[] {
  const { review } = useWorkspace();
  const sent = useStore(review.saving, (value) => value.waiting);
  const [records, setRecords] = useState<readonly T[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version, or what was sent, has more of them
  useEffect(() => {
    if (!saved) return;
    const controller = new AbortController();
    read(id, controller.signal).then(setRecords, () => undefined);
    return () => controller.abort();
  }, [id, version, saved, sent]);
  return records;
}
