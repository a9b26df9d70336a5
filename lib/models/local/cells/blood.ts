import { extentsOf, fillHoles, touchesEdge } from "#lib/core/raster/components.ts";
import { outlineOf, simplified } from "#lib/core/raster/outline.ts";
import { atLeast, type Labels, type Mask, type Rgb } from "#lib/core/raster/raster.ts";
import { shrunkRgb } from "#lib/core/raster/resample.ts";
import { measureShapes, type ShapeMeasures } from "#lib/core/raster/shape-measures.ts";
import { blurred } from "#lib/core/raster/smooth.ts";
import type { FoundCell } from "./found-cell.ts";
import { opticalDensity } from "./optical-density.ts";
import { purpleCells } from "./purple-cells.ts";
import { roundCells } from "./round-cells.ts";
import type { SmearSettings } from "./smear-study.ts";

/** Red cells are looked at with this diameter in pixels: enough for the outline, and quick. */
const WORKING_DIAMETER = 48;

/**
 * Finds red cells, white cells and platelets in one picture of a stained smear (Wright, Giemsa, Leishman): red cells by their round edges,
 * the others by the purple of what they hold. What is in the picture and the settings of the smear decide alone.
 */
export function findBloodCells(picture: Rgb, settings: SmearSettings): FoundCell[] {
  const scale = Math.min(1, WORKING_DIAMETER / settings.diameterPx);
  const [width, height] = [
    Math.max(1, Math.round(picture.width * scale)),
    Math.max(1, Math.round(picture.height * scale)),
  ];
  const [red, green, blue] = opticalDensity(shrunkRgb(picture, width, height), settings.light);
  const diameter = settings.diameterPx * scale;
  const density = blurred(green, 0.8);
  const stained = fillPallor(atLeast(density, settings.cellFrom), diameter);
  const { white, platelets } = purpleCells(
    { red: blurred(red, 1), green: density, blue: blurred(blue, 1) },
    { ...settings, diameterPx: diameter },
  );
  const isTaken = (index: number): boolean => (white.data[index] ?? 0) > 0;
  const reds = roundCells({ density, stained, fullDensity: settings.redCell, diameter, taken: isTaken });
  const back = { x: picture.width / width, y: picture.height / height };
  const cells = [
    ...fromLabels(
      white,
      "WBC",
      (shape) => 0.55 + 0.4 * shape.solidity * Math.min(1, shape.area / (0.8 * diameter * diameter)),
    ),
    ...fromLabels(platelets, "Platelets", (shape) => 0.5 + 0.4 * shape.solidity),
    ...reds.map(({ ring, score }): FoundCell => ({ label: "RBC", score, outline: ring, measurements: {} })),
  ];
  return cells.map((cell) => ({ ...cell, outline: cell.outline.map(([x, y]) => [x * back.x, y * back.y]) }));
}

/** Red cells are thin in their middle, so that a hole may lie there: small or round ones are filled, gaps between cells are not. */
function fillPallor(mask: Mask, diameter: number): Mask {
  const unit = (Math.PI / 4) * diameter * diameter;
  let shapes: ShapeMeasures[] | undefined;
  return fillHoles(mask, ({ area }, label, holes) => {
    shapes ??= measureShapes(holes);
    return area < 0.05 * unit || (area < 0.45 * unit && (shapes[label - 1]?.solidity ?? 0) > 0.85);
  });
}

/** Each object of a label picture as a cell; one that the picture's edge cuts is a little less likely. */
function fromLabels(labels: Labels, label: string, scoreOf: (shape: ShapeMeasures) => number): FoundCell[] {
  const extents = extentsOf(labels);
  return measureShapes(labels).flatMap((shape, at): FoundCell[] => {
    const extent = extents[at];
    if (!extent || extent.area === 0) return [];
    const score = Math.min(1, scoreOf(shape)) * (touchesEdge(extent, labels) ? 0.9 : 1);
    const outline = simplified(outlineOf(labels, at + 1, extent), 0.6);
    const { eccentricity, solidity } = shape;
    return [{ label, score, outline, measurements: { Eccentricity: eccentricity, Solidity: solidity } }];
  });
}
