/** What an Aperio description says of a slide. */
export type AperioFacts = { micronsPerPixel: number | null; magnification: number | null; dropped: string[] };

/** Fields that describe optics and geometry; every other may name a person, a place or a time. */
const TECHNICAL = new Set([
  "AppMag",
  "MPP",
  "StripeWidth",
  "Parmset",
  "Left",
  "Top",
  "LineCameraSkew",
  "LineAreaXOffset",
  "LineAreaYOffset",
  "Focus Offset",
  "DisplayColor",
  "Exposure Time",
  "Exposure Scale",
  "Gamma",
  "OriginalWidth",
  "Originalheight",
  "OriginalHeight",
  "ICC Profile",
  "Filtered",
  "SessonMode",
  "CompressionQuality",
]);

/** Reads an Aperio ImageDescription: a line or two of text, then `|key = value` fields. */
export function parseAperio(description: string): AperioFacts {
  const fields = new Map<string, string>();
  for (const part of description.split("|").slice(1)) {
    const equals = part.indexOf("=");
    if (equals > 0) fields.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  return {
    micronsPerPixel: positive(fields.get("MPP")),
    magnification: positive(fields.get("AppMag")),
    dropped: [...fields.keys()].filter((key) => !TECHNICAL.has(key)),
  };
}

function positive(value: string | undefined): number | null {
  const parsed = Number(value);
  return Number.isFinite(parsed) && parsed > 0 ? parsed : null;
}
