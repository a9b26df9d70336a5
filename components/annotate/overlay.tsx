"use client";

import type { Position } from "#lib/core/geometry/shape.ts";
import { type Store, useStore } from "../state/store.ts";
import { useColourOf } from "../ui/class-colours.tsx";
import type { StageSight } from "../viewer/viewer-stage.tsx";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { shapeOfFinding } from "./annotator.ts";
import { ARM_PIXELS } from "./attach-drawing.ts";
import { lengthOf, outlineOf } from "./drafts.ts";
import { type Handle, handlesOf } from "./handles.ts";
import { Dot, Length, Line, pathOf, type ToScreen } from "./marks.tsx";
import { linesOf, type Shape } from "./shape.ts";
import { ThinShapes } from "./thin-shapes.tsx";

/** What is drawn over the picture by hand: the shape in the making, the handles of the one that is edited, points and lines. */
export function AnnotationOverlay({ sight }: { sight: Store<StageSight> }) {
  const { workspace } = useWorkspace();
  const view = useStore(sight, (value) => value.view);
  const { tool, hidden } = useWorkspaceState((state) => ({
    tool: state.tool,
    hidden: state.layers.hidden || state.layers.peek,
  }));
  const camera = workspace.camera.current;
  if (!view || !camera) return null;
  const toScreen: ToScreen = ([x, y]) => camera.toScreen(x, y);
  return (
    <svg
      aria-hidden
      data-testid="annotations"
      className="pointer-events-none absolute inset-0 size-full overflow-hidden"
    >
      {!hidden && <ThinShapes toScreen={toScreen} />}
      {tool === "edit" && <Edited toScreen={toScreen} zoom={view.zoom} />}
      <Drafted toScreen={toScreen} />
      {tool === "brush" && <Brush toScreen={toScreen} />}
    </svg>
  );
}

function Edited({ toScreen, zoom }: { toScreen: ToScreen; zoom: number }) {
  const { workspace } = useWorkspace();
  const edit = useStore(workspace.annotate, (value) => value.edit);
  const colourOf = useColourOf();
  const { selectedId } = useWorkspaceState((state) => ({
    selectedId: state.selectedId,
    revision: state.findingsRevision,
  }));
  const row = selectedId === null ? null : workspace.table.find(selectedId);
  const shape: Shape | null = edit?.id === selectedId ? (edit?.shape ?? null) : shapeOfFinding(workspace, selectedId);
  if (!shape || !row) return null;
  const handles = workspace.shapes.get(row.id)?.locked ? [] : handlesOf(shape, ARM_PIXELS / zoom);
  return (
    <g>
      {linesOf(shape).map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a ring is its place
        <Line key={index} d={pathOf(line, toScreen)} colour={colourOf(row.label)} />
      ))}
      {handles.map(({ handle, at }) => (
        <HandleMark key={nameOf(handle)} handle={handle} at={toScreen(at)} />
      ))}
    </g>
  );
}

function Drafted({ toScreen }: { toScreen: ToScreen }) {
  const { workspace } = useWorkspace();
  const { draft, waiting } = useStore(workspace.annotate, ({ draft, waiting }) => ({ draft, waiting }));
  const lines = draft ? outlineOf(draft) : waiting ? linesOf(waiting) : [];
  const length = draft && lengthOf(draft);
  const end = lines[0]?.at(-1);
  return (
    <g data-testid="draft">
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a ring is its place
        <Line key={index} d={pathOf(line, toScreen)} colour="white" dashed />
      ))}
      {draft &&
        "corners" in draft &&
        draft.corners.map((corner) => <Dot key={corner.join()} at={toScreen(corner)} radius={3.5} />)}
      {length !== null && length > 0 && end && <Length pixels={length} at={toScreen(end)} />}
    </g>
  );
}

function Brush({ toScreen }: { toScreen: ToScreen }) {
  const { workspace } = useWorkspace();
  const { stroke, radius, pointer } = useStore(workspace.annotate, ({ stroke, radius, pointer }) => ({
    stroke,
    radius,
    pointer,
  }));
  const [x, y] = pointer ? toScreen(pointer) : [-999, -999];
  const path = stroke && (stroke.path.length > 1 ? stroke.path : [...stroke.path, ...stroke.path]);
  return (
    <g fill="none">
      {path && (
        <path
          d={pathOf(path, toScreen)}
          stroke={stroke.erase ? "rgb(0 0 0 / 0.5)" : "rgb(255 255 255 / 0.45)"}
          strokeWidth={radius * 2}
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      )}
      <circle cx={x} cy={y} r={radius} stroke="black" strokeOpacity={0.6} strokeWidth={3} />
      <circle cx={x} cy={y} r={radius} stroke="white" strokeWidth={1.5} />
    </g>
  );
}

function HandleMark({ handle, at: [x, y] }: { handle: Handle; at: Position }) {
  if (handle.kind === "turn" || handle.kind === "between") {
    return (
      <g data-handle={nameOf(handle)}>
        <Dot at={[x, y]} radius={handle.kind === "turn" ? 5 : 3} />
      </g>
    );
  }
  return (
    <rect
      data-handle={nameOf(handle)}
      x={x - 4}
      y={y - 4}
      width={8}
      height={8}
      rx={1}
      fill="white"
      stroke="black"
      strokeOpacity={0.75}
      strokeWidth={1.25}
    />
  );
}

/** A handle in words, such as `side 1 -1` or `corner 0 3`. */
function nameOf(handle: Handle): string {
  return Object.values(handle).join(" ");
}
