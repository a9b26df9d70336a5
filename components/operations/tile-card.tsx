import { RotateCw } from "lucide-react";
import { END_STATES } from "#lib/core/detection/run.ts";
import { formatCost, formatMs } from "#lib/core/quantities.ts";
import { retryTiles } from "../api/runs.ts";
import { useStore } from "../state/store.ts";
import { Button } from "../ui/button.tsx";
import { formatCount, plural } from "../ui/format.ts";
import { tryTo } from "../ui/try-to.ts";
import { MARK_LOOKS } from "./looks.ts";
import { MarkSwatch } from "./map-legend.tsx";
import type { Operations } from "./operations.ts";

/** What is known of the tile that is pointed at or chosen. */
export function TileCard(props: { operations: Operations; index: number | null; mayRetry: boolean }) {
  const { operations, index, mayRetry } = props;
  const { run, shownAt } = useStore(operations.store, ({ run, shownAt, revision }) => ({ run, shownAt, revision }));
  const place = index === null ? undefined : operations.places()[index];
  const tile = index === null ? undefined : operations.replay().stateAt(shownAt).tile(index);
  if (!run || !place || !tile) {
    return (
      <p className="border-t border-line px-4 py-2 text-xs text-muted">
        Point at a tile, drag over several, or walk with the arrow keys, holding Shift for several.
      </p>
    );
  }
  return (
    <div className="flex min-h-9 flex-wrap items-center gap-x-5 gap-y-1 border-t border-line px-4 py-1.5 text-xs tabular-nums">
      <span className="flex items-center gap-1.5 font-medium">
        <MarkSwatch mark={tile.mark} />
        Tile {place.index}, {MARK_LOOKS[tile.mark].name.toLowerCase()}
      </span>
      <span className="text-muted">
        {formatCount(place.x)}, {formatCount(place.y)}, {place.width} × {place.height} px
      </span>
      <span>{plural(tile.attempts, "attempt")}</span>
      {tile.latencyMs !== null && (
        <span>
          {formatMs(tile.latencyMs)} (model alone {formatMs(tile.modelMs)}), after {formatMs(tile.queueMs)} in the queue
        </span>
      )}
      {tile.tokens > 0 && <span>{plural(tile.tokens, "token")}</span>}
      {tile.cost !== null && <span>{formatCost(tile.cost)}</span>}
      {tile.error && <span className="text-bad">{tile.error}</span>}
      {mayRetry && END_STATES.includes(run.state) && run.state !== "blocked" && shownAt === null && (
        <Button
          small
          icon={<RotateCw size={13} aria-hidden />}
          onClick={() =>
            void tryTo(`Tile ${place.index} could not be retried`, () => retryTiles(run.id, [place.index]))
          }
        >
          Retry this tile
        </Button>
      )}
    </div>
  );
}
