"use client";

import { ChevronLeft, ChevronRight } from "lucide-react";
import { useState } from "react";
import { formatCount, plural } from "../ui/format.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { useWorkspace } from "../workspace/context.tsx";
import type { LedgerTile } from "./ledger.ts";

/** Which tiles of an ended run the findings lack: a press goes to the next one on the picture and says why it is missing. */
export function MissingTiles({ missing }: { missing: readonly LedgerTile[] }) {
  const { workspace } = useWorkspace();
  const { page } = workspace;
  const [index, setIndex] = useState<number | null>(null);
  const at = missing.findIndex((tile) => tile.index === index);
  const shown = missing[at];
  // The first of this page comes first; from the last of it the way goes on to the page of the next.
  const here = missing.findIndex((tile) => tile.page >= page);
  const step = (by: 1 | -1): void => {
    const first = here < 0 ? missing.length : here;
    const to = at >= 0 ? at + by : by === 1 ? first : first - 1;
    const next = missing[(to + missing.length) % missing.length];
    if (!next) return;
    if (next.page !== page) {
      workspace.openPage(next.page);
      return;
    }
    setIndex(next.index);
    workspace.state.update((state) => ({ ...state, layers: { ...state.layers, hidden: false, grid: true } }));
    workspace.camera.current?.flyTo([next.x, next.y, next.width, next.height]);
  };
  return (
    <div className="flex min-w-0 items-center gap-1 text-xs tabular-nums">
      <IconButton name="Previous missing tile" icon={<ChevronLeft size={16} aria-hidden />} onClick={() => step(-1)} />
      <p role="status" className="max-w-80 min-w-0 truncate text-bad" title={shown?.error ?? undefined}>
        {shown
          ? `${formatCount(at + 1)} of ${formatCount(missing.length)}: tile ${shown.index}, ${shown.error ?? "not reached"}`
          : `${plural(missing.length, "tile")} missing`}
      </p>
      <IconButton name="Next missing tile" icon={<ChevronRight size={16} aria-hidden />} onClick={() => step(1)} />
    </div>
  );
}
