"use client";

import { useState } from "react";
import type { Region } from "#lib/core/detection/run.ts";
import { ringOfBox } from "#lib/core/geometry/shape.ts";
import { shapeOfFinding } from "../annotate/annotator.ts";
import type { Shape } from "../annotate/shape.ts";
import { Field, INPUT } from "../ui/field.tsx";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import type { Workspace } from "../workspace/workspace.ts";

/** More drawn areas than these are chosen by selecting one. */
const OFFERED = 20;

/** Where a run looks: all of the picture, what is in view, or an area that somebody drew. */
export function RegionChoice({ onChoose }: { onChoose: (region: Region | null) => void }) {
  const { workspace } = useWorkspace();
  const selectedId = useWorkspaceState((state) => state.selectedId);
  const [where, setWhere] = useState("all");
  const areas = drawnAreas(workspace, selectedId);
  return (
    <Field label="Where" hint={HINTS[where] ?? "Tiles that touch the area are analysed."}>
      <select
        className={INPUT}
        value={where}
        onChange={(event) => {
          setWhere(event.target.value);
          onChoose(regionOf(workspace, event.target.value));
        }}
      >
        <option value="all">The whole picture</option>
        <option value="view">What is in view</option>
        {areas.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </Field>
  );
}

const HINTS: Readonly<Record<string, string>> = {
  all: "Draw an area with a polygon, and it is offered here.",
  view: "As the picture lies now; move it and choose again for another part.",
};

/** Areas that people drew on the page, the selected finding before all others. */
function drawnAreas(workspace: Workspace, selectedId: string | null): { id: string; name: string }[] {
  const { table } = workspace;
  const { scores } = table.columns;
  const ids = selectedId === null ? [] : [selectedId];
  // What people draw has no score.
  for (let at = 0; at < table.extent && ids.length < OFFERED; at += 1) {
    const id = table.isLive(at) && Number.isNaN(scores[at]) ? table.idAt(at) : null;
    if (id !== null && id !== selectedId) ids.push(id);
  }
  return ids.flatMap((id) => {
    const row = table.find(id);
    const shape = shapeOfFinding(workspace, id);
    if (!row || !shape || polygonOf(shape) === null) return [];
    const [, , width, height] = row.box;
    const size = `${Math.round(width)} × ${Math.round(height)} px`;
    return [{ id, name: `${id === selectedId ? "Selected: " : "Drawn: "}${row.label}, ${size}` }];
  });
}

function regionOf(workspace: Workspace, where: string): Region | null {
  if (where === "all") return null;
  if (where !== "view") {
    const shape = shapeOfFinding(workspace, where);
    return shape && polygonOf(shape);
  }
  const visible = workspace.camera.current?.visible();
  if (!visible) return null;
  const { width, height } = workspace.state.get().image;
  const [left, top] = [Math.max(0, visible[0]), Math.max(0, visible[1])];
  const right = Math.min(width ?? Number.POSITIVE_INFINITY, visible[0] + visible[2]);
  const bottom = Math.min(height ?? Number.POSITIVE_INFINITY, visible[1] + visible[3]);
  return { type: "Polygon", coordinates: [ringOfBox([left, top, right - left, bottom - top])] };
}

function polygonOf({ box, geometry }: Shape): Region | null {
  if (!geometry) return { type: "Polygon", coordinates: [ringOfBox(box)] };
  return geometry.type === "Polygon" ? { type: "Polygon", coordinates: geometry.coordinates } : null;
}
