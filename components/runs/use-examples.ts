import { useEffect, useState } from "react";
import type { ExampleCount } from "#lib/core/detection/examples.ts";
import { countExamples } from "../api/examples.ts";

/** How many examples of each label are marked on an image, read anew whenever `revision` changes; null until they are known. */
export function useExamples(imageId: string, revision: string): readonly ExampleCount[] | null {
  const [counts, setCounts] = useState<readonly ExampleCount[] | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new revision is read anew
  useEffect(() => {
    const controller = new AbortController();
    countExamples(imageId, controller.signal).then(setCounts, () => undefined);
    return () => controller.abort();
  }, [imageId, revision]);
  return counts;
}
