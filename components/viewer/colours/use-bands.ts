import { useEffect, useState } from "react";
import type { Band } from "#lib/core/display/shown-bands.ts";
import { listBands } from "../../api/images.ts";
import { useWorkspace } from "../../workspace/context.tsx";

/** The bands of the page whose look can be chosen; null until they are read, none where they cannot be. */
export function useBands(): readonly Band[] | null {
  const { workspace } = useWorkspace();
  const [bands, setBands] = useState<readonly Band[] | null>(null);
  useEffect(() => {
    const life = new AbortController();
    listBands(workspace.state.get().image.id, workspace.page, life.signal).then(setBands, () => {
      if (!life.signal.aborted) setBands([]);
    });
    return () => life.abort();
  }, [workspace]);
  return bands;
}
