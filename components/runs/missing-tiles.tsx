"use client";

import { ChevronLeft, ChevronRight } from "lucide-react";
import { useState } from "react";
import { formatCount, plural } from "../ui/format.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import type { LedgerTile } from "./ledger.ts";

/** Which tiles of an ended run the findings lack: a press goes to the next one on the picture and says why it is missing. */
export function MissingTiles({ missing }: { missing: readonly LedgerTile[] }) {
  const { workspace } = useWorkspace();
  const page = useWorkspaceState((state) => state.page);
  const [index, setIndex] = useState<number | null>(null);
  const at = missing.findIndex((tile) => tile.index === index);
  const shown = missing[at];
  const step = (by: 1 | -1): void => {
    const from = at === -1 && by === -1 ? 0 : at;
    const next = missing[(from + by + missing.length) % missing.length];
    if (!next) return;
    setIndex(next.index);
    workspace.state.update((state) => ({ ...state, layers: { ...state.layers, hidden: false, grid: true } }));
    if (next.page === page) workspace.camera.current?.flyTo([next.x, next.y, next.width, next.height]);
  };
  return (
    <div className="flex min-w-0 items-center gap-1 text-xs tabular-nums">
      <IconButton name="Previous missing tile" icon={<ChevronLeft size={16} aria-hidden />} onClick={() => step(-1)} />
      <p role="status" className="max-w-80 min-w-0 truncate text-bad" title={shown?.error ?? undefined}>
        {shown
          ? `${formatCount(at + 1)} of ${formatCount(missing.length)}: ${shown.page === page ? "" : `page ${shown.page + 1}, `}tile ${shown.index}, ${shown.error ?? "not reached"}`
          : `${plural(missing.length, "tile")} missing`}
      </p>
      <IconButton name="Next missing tile" icon={<ChevronRight size={16} aria-hidden />} onClick={() => step(1)} />
    </div>
  );
}
