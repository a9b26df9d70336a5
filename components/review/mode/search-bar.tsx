"use client";

import { Button } from "../../ui/button.tsx";
import { useWorkspace } from "../../workspace/context.tsx";

/** Looking through one tile for everything that is there, so that recall can be told. */
export function SearchBar({ tile }: { tile: number }) {
  const { mode } = useWorkspace();
  return (
    <div className="flex flex-wrap items-center gap-2 px-3 py-2">
      <p className="min-w-48 flex-1" aria-live="polite">
        <span className="font-semibold">Tile {tile + 1}.</span> Draw what was missed, reject what is wrong, accept the
        rest: what is accepted or drawn in here counts.
      </p>
      <Button look="primary" onClick={() => mode.endSearch(tile, true)}>
        Everything is marked
      </Button>
      <Button onClick={mode.startSearch}>Another tile</Button>
      <Button onClick={() => mode.endSearch(tile, false)}>Stop</Button>
    </div>
  );
}
