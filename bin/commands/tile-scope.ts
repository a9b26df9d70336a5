import { z } from "zod";
import { tileRetrySchema } from "#lib/core/api/runs.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { ringOfBox } from "#lib/core/geometry/shape.ts";
import type { RetryScope } from "#lib/server/runs/control-run.ts";
import { parseWith, typedJson } from "./options.ts";

const MOST_TILES = 100_000;

/** Tile numbers as typed: `3,7,9-12`. Throws `bad-input`. */
export function tileNumbers(text: string): number[] {
  const numbers = text.split(",").flatMap((part) => {
    const match = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part.trim());
    const [from, to] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
    if (!match || to < from) throw new TesseraError("bad-input", `--tiles reads e.g. 3,7,9-12; "${part}" is neither`);
    if (to - from >= MOST_TILES) throw new TesseraError("bad-input", `${part} are more than ${MOST_TILES} tiles`);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
  return [...new Set(numbers)];
}

/** A polygon alone, or as the geometry of a feature, as tools write it. */
const polygonSchema = z.preprocess(
  (value) => (typeof value === "object" && value !== null && "geometry" in value ? value.geometry : value),
  z.object({ type: z.literal("Polygon"), coordinates: z.unknown() }),
);

/** A region in level-0 pixels as typed: `x,y,width,height`, GeoJSON, or a file that holds it. Throws `bad-input`. */
async function regionFrom(text: string): Promise<unknown> {
  const numbers = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  const [x = 0, y = 0, width = 0, height = 0] = numbers;
  if (numbers.length === 4 && numbers.every(Number.isFinite)) {
    if (width > 0 && height > 0) return { type: "Polygon", coordinates: [ringOfBox([x, y, width, height])] };
    throw new TesseraError("bad-input", "--region x,y,width,height: width and height are more than 0");
  }
  try {
    return polygonSchema.parse(await typedJson(text));
  } catch {
    const remedy = "give x,y,width,height in pixels, a GeoJSON polygon, or a file that holds one";
    throw new TesseraError("bad-input", `--region ${text} is no region`, { remedy });
  }
}

/** What a retry is about, from the options; all failed tiles where none is given. Throws `bad-input`. */
export async function scopeOf(options: { tiles?: string; region?: string; page?: number }): Promise<RetryScope> {
  const { tiles, region, page } = options;
  if (tiles !== undefined && region !== undefined) {
    throw new TesseraError("bad-input", "--tiles and --region exclude each other");
  }
  if (page !== undefined && region === undefined) throw new TesseraError("bad-input", "--page goes with --region");
  if (tiles !== undefined) return parseWith(tileRetrySchema, { tiles: tileNumbers(tiles) });
  if (region === undefined) return "failed";
  return parseWith(tileRetrySchema, { region: await regionFrom(region), page });
}
