import type { ClassColours } from "#lib/core/detection/class-colour.ts";
import type { FindingTable } from "../../findings/finding-table.ts";
import type { View } from "../camera.ts";
import type { Covering } from "./cover.ts";
import { resize } from "./layer-canvas.ts";
import { drawNames, type SheetSight } from "./name-tags.ts";
import { drawShapes } from "./shape-layer.ts";
import type { Screen } from "./to-screen.ts";

/** Where details were painted: a sheet of so many screen pixels around the middle of a view. */
type Painted = { view: View; sheet: Screen; isEmpty: boolean };

/**
 * Outlines and names of the findings of a sheet, on a canvas that is not in the page. While the picture is zoomed, what was
 * painted last is laid over the sheet, as large as it is now, and nothing is painted.
 */
export function createDetails() {
  const canvas = document.createElement("canvas");
  let painted: Painted | null = null;
  return {
    /** Where they were painted last. */
    get painted(): Painted | null {
      return painted;
    },
    forget(): void {
      painted = null;
    },
    /** Paints outlines, and names upon them. Null where there are none. */
    paint(
      { table, rows, colours }: { table: FindingTable; rows: Uint32Array; colours: ClassColours },
      sight: SheetSight,
      { size, ratio }: { size: Screen; ratio: number },
    ): Covering | null {
      const { view, sheet } = sight;
      resize(canvas, size);
      const context = canvas.getContext("2d");
      if (!context) return null;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, sheet.width, sheet.height);
      const outlined = table.shapeCount === 0 ? 0 : drawShapes(context, table, rows, { view, screen: sheet, colours });
      const drawn = outlined + drawNames(context, table, rows, sight, colours);
      painted = { view, sheet, isEmpty: drawn === 0 };
      return drawn === 0 ? null : { canvas, place: { x: 0, y: 0, ...size }, isNew: true };
    },
    /** What was painted last, where it lies on a sheet of another view. */
    moved({ view, sheet }: Pick<SheetSight, "view" | "sheet">, ratio: number): Covering | null {
      if (!painted || painted.isEmpty) return null;
      const scale = view.zoom / painted.view.zoom;
      const [width, height] = [painted.sheet.width * scale, painted.sheet.height * scale];
      const x = (painted.view.x - view.x) * view.zoom + (sheet.width - width) / 2;
      const y = (painted.view.y - view.y) * view.zoom + (sheet.height - height) / 2;
      const place = { x: x * ratio, y: y * ratio, width: width * ratio, height: height * ratio };
      return { canvas, place, isNew: false };
    },
  };
}
