import { classColour } from "#lib/core/detection/class-colour.ts";
import { rowTest } from "../../findings/finding-filter.ts";
import type { FindingRow } from "../../findings/finding-table.ts";
import { formatScore } from "../../ui/format.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import type { WorkspaceState } from "../../workspace/workspace-state.ts";
import type { View } from "../camera.ts";
import { type Screen, toScreen } from "./to-screen.ts";

/** More names than this at once would hide the picture. */
const NAMES_LIMIT = 60;
const ROOM_FOR_NAME = 34;

/** Draws what changes with the hand: names where there is room, the finding pointed at, the one selected, the box being drawn. */
export function createMarkLayer({ hits, table }: Workspace) {
  function names(context: CanvasRenderingContext2D, view: View, screen: Screen, value: WorkspaceState): void {
    const rectangle = {
      x: view.x - screen.width / view.zoom / 2,
      y: view.y - screen.height / view.zoom / 2,
      width: screen.width / view.zoom,
      height: screen.height / view.zoom,
    };
    const passes = rowTest(table, value.filter);
    const { boxes } = table.columns;
    const roomy = (at: number): boolean => (boxes[at * 4 + 2] ?? 0) * view.zoom >= ROOM_FOR_NAME && passes(at);
    const found = hits.within(rectangle.x, rectangle.y, rectangle.width, rectangle.height, roomy, NAMES_LIMIT + 1);
    if (found.length > NAMES_LIMIT) return;
    for (const at of found) {
      const row = table.row(at);
      if (row && row.id !== value.selectedId) nameTag(context, view, screen, row, row.label);
    }
  }

  return {
    draw(context: CanvasRenderingContext2D, view: View, screen: Screen, value: WorkspaceState, shown: boolean): void {
      if (shown) names(context, view, screen, value);
      const hovered = value.hoveredId === null ? null : table.find(value.hoveredId);
      if (hovered && shown) outline(context, toScreen(view, screen, ...hovered.box), "white", 2);
      const selected = value.selectedId === null ? null : table.find(value.selectedId);
      if (selected && !value.layers.peek) {
        const place = toScreen(view, screen, ...selected.box);
        outline(context, place, "white", 3);
        outline(context, place, `rgb(${classColour(selected.label).join(" ")})`, 1.5);
        corners(context, place);
        nameTag(context, view, screen, selected, `${selected.label} · ${formatScore(selected.score)}`);
      }
      if (value.draft) {
        context.setLineDash([6, 4]);
        outline(context, toScreen(view, screen, ...value.draft), "white", 2);
        context.setLineDash([]);
      }
    },
  };
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

function nameTag(context: CanvasRenderingContext2D, view: View, screen: Screen, row: FindingRow, text: string): void {
  const [x, y] = toScreen(view, screen, ...row.box);
  const colour = classColour(row.label);
  context.font = "500 11px ui-sans-serif, system-ui, sans-serif";
  const width = context.measureText(text).width + 8;
  const top = y - 18 < 0 ? y + 3 : y - 18;
  context.fillStyle = `rgb(${colour.join(" ")})`;
  context.fillRect(x - 1, top, width, 15);
  context.fillStyle = isLight(colour) ? "black" : "white";
  context.textBaseline = "middle";
  context.fillText(text, x + 3, top + 8);
}

/** True where black reads better than white on a colour (relative luminance, WCAG). */
function isLight([red, green, blue]: readonly [number, number, number]): boolean {
  const linear = (channel: number): number => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue) > 0.179;
}
