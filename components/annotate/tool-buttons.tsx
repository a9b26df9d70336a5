"use client";

import {
  Brush,
  Circle,
  Diamond,
  Hand,
  Lasso,
  LassoSelect,
  type LucideIcon,
  MapPin,
  PenTool,
  Ruler,
  SplinePointer,
  SquareDashed,
  SquareMousePointer,
  Waypoints,
} from "lucide-react";
import { roleAllows } from "#lib/core/access/role.ts";
import { perform } from "../review/actions.ts";
import { keyOf } from "../review/keys.ts";
import { useStore } from "../state/store.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { Swatch } from "../ui/swatch.tsx";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { useFindingView } from "../workspace/use-finding-view.ts";
import { draws, type Tool } from "./annotate-state.ts";
import { mayHold, sketch } from "./annotator.ts";

const BUTTONS: readonly { tool: Tool; name: string; icon: LucideIcon }[] = [
  { tool: "move", name: "Move", icon: Hand },
  { tool: "pick-box", name: "Choose by a rectangle", icon: SquareMousePointer },
  { tool: "pick-free", name: "Choose by a lasso", icon: LassoSelect },
  { tool: "edit", name: "Edit the shape", icon: SplinePointer },
  { tool: "rectangle", name: "Draw a rectangle", icon: SquareDashed },
  { tool: "turned", name: "Draw a turned rectangle", icon: Diamond },
  { tool: "ellipse", name: "Draw an ellipse", icon: Circle },
  { tool: "polygon", name: "Draw a polygon", icon: PenTool },
  { tool: "polyline", name: "Draw a line of many parts", icon: Waypoints },
  { tool: "free", name: "Draw free-hand", icon: Lasso },
  { tool: "brush", name: "Brush", icon: Brush },
  { tool: "ruler", name: "Ruler", icon: Ruler },
  { tool: "point", name: "Set a point", icon: MapPin },
];

/** The tools that a hand can hold, each with its key. Those who may not annotate can only move. */
export function ToolButtons() {
  const { workspace, review } = useWorkspace();
  const { tool, ready } = useWorkspaceState((state) => ({ tool: state.tool, ready: state.image.state === "ready" }));
  const mayDraw = roleAllows(workspace.role, "reviewer");
  return BUTTONS.filter((each) => mayDraw || mayHold(each.tool)).map(({ tool: which, name, icon: Icon }) => (
    <IconButton
      key={which}
      name={name}
      keys={keyOf({ do: "tool", tool: which }, "viewer") ?? ""}
      pressed={tool === which}
      disabled={!ready}
      icon={<Icon size={16} />}
      onClick={() => perform({ do: "tool", tool: which }, workspace, review)}
    />
  ));
}

/** What the next drawn shape is called, while a drawing tool is in hand; and how wide the brush is. */
export function DrawingChoice() {
  const { workspace } = useWorkspace();
  const tool = useWorkspaceState((state) => state.tool);
  const { label, radius } = useStore(workspace.annotate, (value) => ({ label: value.label, radius: value.radius }));
  const { classes } = useFindingView();
  if (!draws(tool)) return null;
  const offered = label !== null && !classes.includes(label) ? [label, ...classes] : classes;
  return (
    <div className="pointer-events-auto flex items-center gap-2 rounded-lg border border-line bg-panel px-2 py-1 text-xs shadow-float">
      <label className="flex items-center gap-1.5">
        {label !== null && <Swatch label={label} />}
        <span className="text-muted">Draw as</span>
        <select
          className="h-7 max-w-40 rounded-md border border-edge/60 bg-raised px-1.5"
          value={label ?? ""}
          onChange={(event) => {
            sketch(workspace, { label: event.target.value || null });
            // The hand goes on drawing: its keys are the tools' again.
            event.target.blur();
          }}
        >
          <option value="">Ask each time</option>
          {offered.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      </label>
      {tool === "brush" && (
        <span className="text-muted tabular-nums">
          {radius * 2} px wide, <kbd>[</kbd> <kbd>]</kbd>
        </span>
      )}
      <span className="text-muted">{HINTS[tool]}</span>
    </div>
  );
}

const HINTS: Partial<Record<Tool, string>> = {
  turned: "Draw a side, then move and press.",
  polygon: "Press for each corner, Enter ends.",
  polyline: "Press for each corner, Enter ends.",
  brush: "Alt takes away.",
  ruler: "Enter keeps the line.",
};
