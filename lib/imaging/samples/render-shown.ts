import sharp from "sharp";
import type { ShownBand } from "#lib/core/display/shown-bands.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { VIEWER_TILE } from "#lib/core/tiling/pyramid-levels.ts";
import { throughGate } from "../decoding/gate.ts";
import { MAX_CODE, MISSING } from "./coding.ts";
import type { Samples, StoredBand } from "./open-samples.ts";

/** What can be shown in one picture. */
export type TilePlace = { level: number; x: number; y: number };
export type TileFormat = "jpg" | "webp" | "png";

/**
 * A tile in the look that is asked for: each band from its low to its high in its colour, added up; black where there is no data. Two at
 * once in this process. Throws `bad-input` for a band that the page has not, `too-many-requests`, or the signal's reason.
 */
export function renderShown(
  samples: Samples,
  place: TilePlace & { size: { width: number; height: number } },
  shown: readonly ShownBand[],
  format: TileFormat,
  signal: AbortSignal,
): Promise<Buffer> {
  return throughGate(
    "render",
    async () => {
      const { size } = place;
      const data = await addUp(samples, place, size, shown);
      signal.throwIfAborted();
      const picture = sharp(data, { raw: { ...size, channels: 3 } });
      if (format === "png") return picture.png().toBuffer();
      if (format === "webp") return picture.webp({ quality: 90 }).toBuffer();
      return picture.jpeg({ quality: 90, chromaSubsampling: "4:4:4" }).toBuffer();
    },
    signal,
  );
}

async function addUp(
  samples: Samples,
  { level, x, y }: TilePlace,
  { width, height }: { width: number; height: number },
  shown: readonly ShownBand[],
): Promise<Uint8ClampedArray> {
  const sum = new Uint8ClampedArray(width * height * 3);
  for (const look of shown) {
    const band = samples.bands[look.band];
    if (!band) throw new TesseraError("bad-input", `the picture has no band ${look.band}, counted from 0`);
    const codes = await samples.plane(level, x, y, look.band);
    for (const [channel, strength] of look.colour.entries()) {
      if (strength === 0) continue;
      const light = lightOfCodes(band, look, strength);
      for (let row = 0; row < height; row += 1) {
        let to = row * width * 3 + channel;
        const from = row * VIEWER_TILE;
        for (let at = from; at < from + width; at += 1) {
          sum[to] = (sum[to] ?? 0) + (light[codes[at] ?? MISSING] ?? 0);
          to += 3;
        }
      }
    }
  }
  return sum;
}

/** How bright each code is, 0…`strength`. */
function lightOfCodes({ origin, step }: StoredBand, { low, high }: ShownBand, strength: number): Uint8ClampedArray {
  const light = new Uint8ClampedArray(MAX_CODE + 1);
  const perCode = (strength * step) / (high - low);
  const begin = (strength * (origin - low)) / (high - low);
  for (let code = 1; code <= MAX_CODE; code += 1) light[code] = Math.min(strength, begin + perCode * code);
  return light;
}
