"use client";

import { pathLength } from "#lib/core/geometry/path.ts";
import { rowTest } from "../findings/finding-filter.ts";
import { useColourOf } from "../ui/class-colours.tsx";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { Dot, Length, Line, pathOf, type ToScreen } from "./marks.tsx";

/** More than this at once would hold up the picture; nearer in, all of them are drawn. */
const LIMIT = 1500;

/** Points and lines, which have no area that the box layer could show. */
export function ThinShapes({ toScreen }: { toScreen: ToScreen }) {
  const { workspace } = useWorkspace();
  const { filter, selectedId } = useWorkspaceState((state) => ({
    filter: state.filter,
    selectedId: state.selectedId,
    revision: state.findingsRevision,
  }));
  const colourOf = useColourOf();
  const { table, shapes, camera } = workspace;
  const [left, top, width, height] = camera.current?.visible() ?? [0, 0, 0, 0];
  const passes = rowTest(table, filter);
  const drawn = [];
  for (const [id, geometry] of shapes.thin()) {
    const at = table.positionOf(id);
    const row = at === undefined || !passes(at) ? null : table.find(id);
    if (!row || drawn.length >= LIMIT) continue;
    const [x, y, boxWidth, boxHeight] = row.box;
    if (x > left + width || y > top + height || x + boxWidth < left || y + boxHeight < top) continue;
    const colour = colourOf(row.label);
    const isSelected = id === selectedId;
    if (geometry.type === "Point") {
      drawn.push(<Dot key={id} at={toScreen(geometry.coordinates)} radius={isSelected ? 7 : 5} colour={colour} />);
    } else if (geometry.type === "LineString") {
      const end = geometry.coordinates.at(-1) ?? [x, y];
      drawn.push(
        <g key={id}>
          <Line d={pathOf(geometry.coordinates, toScreen)} colour={colour} />
          {isSelected && <Length pixels={pathLength(geometry.coordinates)} at={toScreen(end)} />}
        </g>,
      );
    }
  }
  return <g>{drawn}</g>;
}
