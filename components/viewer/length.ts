import { formatMetres } from "#lib/core/quantities.ts";

/** The longest round number that is not above `value`. */
export function roundDown(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const lead = value / power;
  return (lead >= 5 ? 5 : lead >= 2 ? 2 : 1) * power;
}

/**
 * The scale bar for a view: its width on the screen, at most `maxScreenPixels`, and what it stands for. Without a physical scale it
 * measures picture pixels.
 */
export function scaleBar(
  zoom: number,
  metresPerPixel: number | null,
  maxScreenPixels: number,
): { screenPixels: number; text: string } {
  const maxPixels = maxScreenPixels / zoom;
  if (metresPerPixel === null) {
    const pixels = Math.max(1, roundDown(maxPixels));
    return { screenPixels: pixels * zoom, text: `${pixels.toLocaleString("en")} px` };
  }
  const metres = roundDown(maxPixels * metresPerPixel);
  return { screenPixels: (metres / metresPerPixel) * zoom, text: formatMetres(metres) };
}
