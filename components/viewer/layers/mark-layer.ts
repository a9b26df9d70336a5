import { type ClassColours, classColour } from "#lib/core/detection/class-colour.ts";
import { formatScore } from "../../ui/format.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import type { WorkspaceState } from "../../workspace/workspace-state.ts";
import type { View } from "../camera.ts";
import { drawTag, uppermost } from "./name-tags.ts";
import { type Screen, toScreen, upright } from "./to-screen.ts";

/** What changes with the hand: the finding pointed at, and the one selected. */
export function marksOf({ table }: Workspace, { hoveredId, selectedId, layers }: WorkspaceState, shown: boolean) {
  return {
    hovered: hoveredId !== null && shown ? table.find(hoveredId) : null,
    selected: selectedId !== null && !layers.peek ? table.find(selectedId) : null,
  };
}

/** Draws the finding pointed at and the one selected. */
export function drawMarks(
  context: CanvasRenderingContext2D,
  { view, screen }: { view: View; screen: Screen },
  { hovered, selected }: ReturnType<typeof marksOf>,
  colours: ClassColours,
): void {
  if (hovered) outline(context, toScreen(view, screen, ...hovered.box), "white", 2);
  if (!selected) return;
  const place = toScreen(view, screen, ...selected.box);
  const colour = classColour(selected.label, colours);
  outline(context, place, "white", 3);
  outline(context, place, `rgb(${colour.join(" ")})`, 1.5);
  corners(context, place);
  upright(context, ...uppermost(context.getTransform(), place), (roomAbove) => {
    drawTag(context, `${selected.label} · ${formatScore(selected.score)}`, colour, roomAbove);
  });
}

type Place = readonly [number, number, number, number];

function outline(
  context: CanvasRenderingContext2D,
  [x, y, width, height]: Place,
  colour: string,
  lineWidth: number,
): void {
  const grow = 2;
  context.lineWidth = lineWidth + 2;
  context.strokeStyle = "rgb(0 0 0 / 0.55)";
  context.strokeRect(x - grow, y - grow, width + 2 * grow, height + 2 * grow);
  context.lineWidth = lineWidth;
  context.strokeStyle = colour;
  context.strokeRect(x - grow, y - grow, width + 2 * grow, height + 2 * grow);
}

/** Brackets around the selection: found at a glance, and without colour. */
function corners(context: CanvasRenderingContext2D, [x, y, width, height]: Place): void {
  const gap = 7;
  const arm = 10;
  context.lineWidth = 2;
  context.strokeStyle = "white";
  context.beginPath();
  for (const [cornerX, cornerY, right, down] of [
    [x - gap, y - gap, 1, 1],
    [x + width + gap, y - gap, -1, 1],
    [x - gap, y + height + gap, 1, -1],
    [x + width + gap, y + height + gap, -1, -1],
  ] as const) {
    context.moveTo(cornerX + right * arm, cornerY);
    context.lineTo(cornerX, cornerY);
    context.lineTo(cornerX, cornerY + down * arm);
  }
  context.stroke();
}
