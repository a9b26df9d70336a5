const UNITS = [
  { name: "km", metres: 1000 },
  { name: "m", metres: 1 },
  { name: "mm", metres: 1e-3 },
  { name: "µm", metres: 1e-6 },
  { name: "nm", metres: 1e-9 },
] as const;

/** The longest round number that is not above `value`. */
export function roundDown(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const lead = value / power;
  return (lead >= 5 ? 5 : lead >= 2 ? 2 : 1) * power;
}

/** Writes metres in the largest unit of which there is at least one, with three digits. */
export function formatMetres(metres: number): string {
  const unit = UNITS.find((each) => Math.abs(metres) >= each.metres * 0.9999) ?? { name: "nm", metres: 1e-9 };
  return `${digits(metres / unit.metres)} ${unit.name}`;
}

/** Writes square metres in km², m², mm² or µm². */
export function formatSquareMetres(squareMetres: number): string {
  const unit =
    UNITS.filter((each) => each.name !== "nm").find((each) => squareMetres >= each.metres ** 2 * 0.9999) ??
    ({ name: "µm", metres: 1e-6 } as const);
  return `${digits(squareMetres / unit.metres ** 2)} ${unit.name}²`;
}

function digits(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
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
