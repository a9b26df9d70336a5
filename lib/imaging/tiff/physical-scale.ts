import { type Directory, number, type Tiff, text } from "./directory.ts";
import { TAG } from "./tags.ts";

/** Resolutions that a microscope has; what scanners and printers write (300 dpi are 85 µm) says nothing of the thing shown. */
const FINEST_MICRONS = 0.02;
const COARSEST_MICRONS = 10;
const MICRONS_PER_UNIT: Readonly<Record<number, number>> = { 2: 25_400, 3: 10_000 };
const IMAGEJ_MICRONS = /^unit=(?:micron|um|µm|\\u00B5m)\s*$/im;

/**
 * µm per pixel of a microscope's TIFF: from OME-XML, from ImageJ's unit, else from the resolution tags where it is one that a
 * microscope has. Null where the file does not say, or where pixels are not square.
 */
export async function readMicronsPerPixel(tiff: Tiff, directory: Directory): Promise<number | null> {
  const description = await text(tiff, directory, TAG.imageDescription);
  const ome = omeMicrons(description);
  if (ome !== null) return plausible(ome);
  const x = await number(tiff, directory, TAG.xResolution, 0);
  const y = await number(tiff, directory, TAG.yResolution, x);
  if (!(x > 0) || Math.abs(x - y) > x * 0.01) return null;
  if (description.startsWith("ImageJ=") && IMAGEJ_MICRONS.test(description)) return plausible(1 / x);
  const unit = await number(tiff, directory, TAG.resolutionUnit, 2);
  return plausible((MICRONS_PER_UNIT[unit] ?? Number.NaN) / x);
}

function omeMicrons(description: string): number | null {
  if (!description.includes("<OME")) return null;
  const size = /\bPhysicalSizeX="([^"]+)"/.exec(description)?.[1];
  const unit = /\bPhysicalSizeXUnit="([^"]+)"/.exec(description)?.[1] ?? "µm";
  if (size === undefined || !["µm", "μm", "um", "&#181;m"].includes(unit)) return null;
  return Number(size);
}

function plausible(microns: number): number | null {
  return microns >= FINEST_MICRONS && microns <= COARSEST_MICRONS ? microns : null;
}
