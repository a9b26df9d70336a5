import { formatCount, formatMetres, formatSquareMetres } from "../quantities.ts";
import type { ReportFacts } from "./report-facts.ts";

/** Writes lengths and areas of level-0 pixels in physical units where the scale is known, and in pixels where it is not. */
export type Physical = {
  length(pixels: number): string;
  area(squarePixels: number): string;
  /** Findings by area, with their unit. */
  density(count: number, squarePixels: number): string;
  /** The unit that lengths of about so many pixels have, and how many of it a pixel is. */
  lengthUnit(pixels: number): { name: string; perPixel: number };
};

const AREAS = [
  { name: "km²", squareMetres: 1e6 },
  { name: "ha", squareMetres: 1e4 },
  { name: "mm²", squareMetres: 1e-6 },
] as const;
const LENGTHS = [
  { name: "km", metres: 1000 },
  { name: "m", metres: 1 },
  { name: "mm", metres: 1e-3 },
  { name: "µm", metres: 1e-6 },
] as const;

export function physicalOf(pixel: ReportFacts["image"]["pixelMetres"]): Physical {
  if (pixel === null) return PIXELS;
  const perSquare = pixel.width * pixel.height;
  const perLength = Math.sqrt(perSquare);
  return {
    length: (pixels) => formatMetres(pixels * perLength),
    area: (squarePixels) => formatSquareMetres(squarePixels * perSquare),
    density(count, squarePixels) {
      const squareMetres = squarePixels * perSquare;
      if (squareMetres <= 0) return "–";
      const unit = AREAS.find((each) => squareMetres >= each.squareMetres) ?? { name: "mm²", squareMetres: 1e-6 };
      return `${digits((count / squareMetres) * unit.squareMetres)} per ${unit.name}`;
    },
    lengthUnit(pixels) {
      const unit = LENGTHS.find(({ metres }) => pixels * perLength >= metres) ?? { name: "µm", metres: 1e-6 };
      return { name: unit.name, perPixel: perLength / unit.metres };
    },
  };
}

const PIXELS: Physical = {
  length: (pixels) => `${digits(pixels)} px`,
  area: (squarePixels) =>
    squarePixels >= 1e6 ? `${digits(squarePixels / 1e6)} megapixels` : `${formatCount(Math.round(squarePixels))} px²`,
  density: (count, squarePixels) => (squarePixels <= 0 ? "–" : `${digits((count / squarePixels) * 1e6)} per megapixel`),
  lengthUnit: () => ({ name: "px", perPixel: 1 }),
};

/** Three digits, or all of a whole number. */
export function digits(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
}
