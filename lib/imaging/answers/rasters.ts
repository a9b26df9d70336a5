import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

const SMALLEST_PERCENTILE = 0.02;

const scratch = mkdtempSync(join(tmpdir(), "answers-"));

/** What a program prints; null where it fails. */
export function run(command: string, args: readonly string[], input = ""): string | null {
  try {
    return execFileSync(command, args, { input, encoding: "utf8", stdio: ["pipe", "pipe", "ignore"] });
  } catch {
    return null;
  }
}

/** A field of a picture as vips has it. */
export function field(path: string, name: string): string | null {
  return run("vipsheader", ["-f", name, path])?.trim() ?? null;
}

const gdalSchema = z.object({
  driverShortName: z.string(),
  size: z.tuple([z.number(), z.number()]),
  geoTransform: z.array(z.number()).length(6).optional(),
  coordinateSystem: z.object({ wkt: z.string() }).optional(),
  metadata: z.record(z.string(), z.record(z.string(), z.string())).optional(),
  gcps: z.object({ gcpList: z.array(z.unknown()), coordinateSystem: z.object({ wkt: z.string() }) }).optional(),
  bands: z.array(
    z.object({
      type: z.string(),
      colorInterpretation: z.string(),
      noDataValue: z.union([z.number(), z.string()]).optional(),
      mask: z.object({ flags: z.array(z.string()) }).optional(),
    }),
  ),
});
export type Gdal = z.infer<typeof gdalSchema>;

/** What GDAL says of a file; null where it does not read it. */
export function askGdal(path: string): Gdal | null {
  const text = run("gdalinfo", ["-json", "-noct", "-norat", path]);
  return text === null ? null : gdalSchema.parse(JSON.parse(text));
}

/** A picture in memory: its colour at any pixel, 8 bits a band. */
export type Raster = { width: number; height: number; at: (x: number, y: number) => number[] };

/** The picture as vips shows it: upright, on white, in 8 bits of sRGB. */
export function shownByVips(path: string): Raster | null {
  const [upright = "", colour = "", flat = "", plain = ""] = ["a.v", "b.v", "c.v", "d.raw"].map((name) =>
    join(scratch, name),
  );
  if (run("vips", ["autorot", path, upright]) === null) return null;
  // Inks laid on white and then turned to sRGB are not what comes of it the other way round: neither is wrong.
  if (field(upright, "interpretation") === "cmyk" && field(upright, "bands") === "5") return null;
  if (run("vips", ["colourspace", upright, colour, "srgb"]) === null) return null;
  const hasAlpha = [2, 4].includes(Number(field(colour, "bands")));
  if (hasAlpha && run("vips", ["flatten", colour, flat, "--background", "255"]) === null) return null;
  const shown = hasAlpha ? flat : colour;
  if (run("vips", ["rawsave", shown, plain]) === null) return null;
  const width = Number(field(shown, "width"));
  const count = Number(field(shown, "bands"));
  const bytes = readFileSync(plain);
  return {
    width,
    height: Number(field(shown, "height")),
    at: (x, y) => [...bytes.subarray((y * width + x) * count, (y * width + x) * count + Math.min(3, count))],
  };
}

const READERS = {
  Byte: (bytes: Buffer, at: number) => bytes.readUInt8(at),
  UInt16: (bytes: Buffer, at: number) => bytes.readUInt16LE(at * 2),
  Int16: (bytes: Buffer, at: number) => bytes.readInt16LE(at * 2),
  UInt32: (bytes: Buffer, at: number) => bytes.readUInt32LE(at * 4),
  Float32: (bytes: Buffer, at: number) => bytes.readFloatLE(at * 4),
  Float64: (bytes: Buffer, at: number) => bytes.readDoubleLE(at * 8),
} as const;

/** Which pixels hold data, by the mask that the file carries; null where it carries none. */
function maskByGdal(path: string, gdal: Gdal): Buffer | null {
  const target = join(scratch, "m.bin");
  if (!gdal.bands[0]?.mask?.flags.includes("PER_DATASET") || gdal.bands[0].mask.flags.includes("ALPHA")) return null;
  const made = run("gdal_translate", ["-q", "-of", "ENVI", "-b", "mask", path, target]);
  return made === null ? null : readFileSync(target);
}

/** The picture, black where GDAL has it masked. */
export function masked(raster: Raster | null, path: string, gdal: Gdal): Raster | null {
  const mask = maskByGdal(path, gdal);
  if (!raster || !mask) return raster;
  const { width, height, at } = raster;
  return { width, height, at: (x, y) => (mask[y * width + x] === 0 ? [0, 0, 0] : at(x, y)) };
}

/** GDAL's values, each band from its 2nd to its 98th percentile; black where there is no data, white where transparent. */
export function stretchedByGdal(path: string, gdal: Gdal): Raster | null {
  const [width, height] = gdal.size;
  const type = gdal.bands[0]?.type ?? "";
  const read = Object.entries(READERS).find(([name]) => name === type)?.[1];
  const target = join(scratch, "e.bin");
  if (!read || run("gdal_translate", ["-q", "-of", "ENVI", "-co", "INTERLEAVE=BSQ", path, target]) === null)
    return null;
  const bytes = readFileSync(target);
  const alphaBand = gdal.bands.findIndex((band) => band.colorInterpretation === "Alpha");
  const colours = gdal.bands.length - (alphaBand < 0 ? 0 : 1) >= 3 ? [0, 1, 2] : [0];
  const value = (band: number, pixel: number): number => read(bytes, band * width * height + pixel);
  const mask = maskByGdal(path, gdal);
  let opaque = 1;
  for (let pixel = 0; alphaBand >= 0 && pixel < width * height; pixel += 1) {
    opaque = Math.max(opaque, value(alphaBand, pixel));
  }
  const isData = (band: number, pixel: number): boolean => {
    if (mask && mask[pixel] === 0) return false;
    const noData = gdal.bands[band]?.noDataValue;
    const seen = value(band, pixel);
    return Number.isFinite(seen) && (noData === undefined || Math.fround(seen) !== Math.fround(Number(noData)));
  };
  const ranges = colours.map((band) => {
    const values: number[] = [];
    for (let pixel = 0; pixel < width * height; pixel += 1) {
      if (isData(band, pixel) && (alphaBand < 0 || value(alphaBand, pixel) > 0)) values.push(value(band, pixel));
    }
    const sorted = Float64Array.from(values).sort();
    const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
    const [low, high] = [at(SMALLEST_PERCENTILE), at(1 - SMALLEST_PERCENTILE)];
    const [least = 0, most = least] = [sorted[0], sorted.at(-1)];
    return high > low ? { low, high } : { low: least, high: most > least ? most : least + 1 };
  });
  return {
    width,
    height,
    at: (x, y) => {
      const pixel = y * width + x;
      const opacity = alphaBand < 0 ? 1 : Math.min(1, value(alphaBand, pixel) / opaque);
      return ranges.map(({ low, high }, band) => {
        const share = isData(band, pixel) ? (value(band, pixel) - low) / (high - low) : 0;
        return Math.round(255 * (Math.min(1, Math.max(0, share)) * opacity + 1 - opacity));
      });
    },
  };
}

/** GDAL's values as they are, where vips does not read the file. */
export function plainByGdal(path: string, gdal: Gdal): Raster | null {
  const [width, height] = gdal.size;
  const target = join(scratch, "f.bin");
  const isInk = gdal.metadata?.["IMAGE_STRUCTURE"]?.["SOURCE_COLOR_SPACE"] === "CMYK";
  const isPlain = !isInk && gdal.bands[0]?.type === "Byte" && gdal.bands[0].colorInterpretation !== "Palette";
  if (!isPlain || run("gdal_translate", ["-q", "-of", "ENVI", "-co", "INTERLEAVE=BSQ", path, target]) === null)
    return null;
  const bytes = readFileSync(target);
  const bands = gdal.bands.length >= 3 ? [0, 1, 2] : [0];
  return { width, height, at: (x, y) => bands.map((band) => bytes[(band * height + y) * width + x] ?? 0) };
}

/** Removes what was written on the way. */
export function clearScratch(): void {
  rmSync(scratch, { recursive: true });
}
