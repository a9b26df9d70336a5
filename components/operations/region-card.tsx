import { RotateCw } from "lucide-react";
import { useMemo } from "react";
import { END_STATES } from "#lib/core/detection/run.ts";
import { MARKS, type Mark } from "#lib/core/detection/tile-mark.ts";
import type { Rectangle } from "#lib/core/geometry/region.ts";
import { retryRegion } from "../api/runs.ts";
import { useStore } from "../state/store.ts";
import { Button } from "../ui/button.tsx";
import { formatCount, plural } from "../ui/format.ts";
import { tryTo } from "../ui/try-to.ts";
import { MARK_LOOKS } from "./looks.ts";
import { MarkSwatch } from "./map-legend.tsx";
import type { Operations } from "./operations.ts";
import { polygonOf, tilesIn } from "./region.ts";

/** What the tiles of a region are doing, and a way to run just these again. */
export function RegionCard(props: { operations: Operations; region: Rectangle; page: number; mayRetry: boolean }) {
  const { operations, region, page, mayRetry } = props;
  const { run, shownAt } = useStore(operations.store, ({ run, shownAt, revision }) => ({ run, shownAt, revision }));
  const places = operations.places();
  const chosen = useMemo(() => tilesIn(places, page, region), [places, page, region]);
  if (!run) return null;
  const moment = operations.replay().stateAt(shownAt);
  const marks = new Map<Mark, number>();
  for (const { index } of chosen) marks.set(moment.markOf(index), (marks.get(moment.markOf(index)) ?? 0) + 1);
  const retryable = mayRetry && END_STATES.includes(run.state) && run.state !== "blocked" && shownAt === null;
  return (
    <div className="flex min-h-9 flex-wrap items-center gap-x-5 gap-y-1 border-t border-line px-4 py-1.5 text-xs tabular-nums">
      <span className="font-medium">{plural(chosen.length, "tile")} chosen</span>
      {MARKS.filter((mark) => marks.has(mark)).map((mark) => (
        <span key={mark} className="flex items-center gap-1.5">
          <MarkSwatch mark={mark} />
          {formatCount(marks.get(mark) ?? 0)} {MARK_LOOKS[mark].name.toLowerCase()}
        </span>
      ))}
      {retryable && chosen.length > 0 && (
        <Button
          small
          icon={<RotateCw size={13} aria-hidden />}
          onClick={() =>
            void tryTo("The tiles could not be retried", () => retryRegion(run.id, polygonOf(region), page))
          }
        >
          Retry {chosen.length === 1 ? "this tile" : `these ${formatCount(chosen.length)} tiles`}
        </Button>
      )}
      <Button small look="quiet" onClick={() => operations.set({ region: null })}>
        Choose none
      </Button>
    </div>
  );
}
