import { promisify } from "node:util";
import { constants, zstdCompress } from "node:zlib";
import { pyramidLevels, VIEWER_TILE } from "#lib/core/tiling/pyramid-levels.ts";
import type { AppendFile } from "../tiff/append-file.ts";
import { MISSING } from "./coding.ts";

const compress = promisify(zstdCompress);
const FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Where the tiles of one band lie, level by level, row by row. */
export type BandPlaces = { offset: number; bytes: number }[][];

type Stage = { width: number; height: number; rows: Uint16Array; filled: number; done: number };

/** Takes the codes of one band from top to bottom and writes the tiles of all its levels. */
export function openBandWriter(file: AppendFile, width: number, height: number) {
  const stages: Stage[] = pyramidLevels(width, height).map((size) => ({
    ...size,
    rows: new Uint16Array(size.width * VIEWER_TILE),
    filled: 0,
    done: 0,
  }));
  const places: BandPlaces = stages.map(() => []);

  const push = async (level: number, codes: Uint16Array): Promise<void> => {
    const stage = stages[level];
    if (!stage) return;
    for (let at = 0; at < codes.length; ) {
      const take = Math.min(codes.length - at, (VIEWER_TILE - stage.filled) * stage.width);
      stage.rows.set(codes.subarray(at, at + take), stage.filled * stage.width);
      stage.filled += take / stage.width;
      stage.done += take / stage.width;
      at += take;
      if (stage.filled === VIEWER_TILE || stage.done === stage.height) await flush(level, stage);
    }
  };
  const flush = async (level: number, stage: Stage): Promise<void> => {
    const columns = Array.from({ length: Math.ceil(stage.width / VIEWER_TILE) }, (_, column) => column);
    const tiles = await Promise.all(columns.map((column) => compress(tileOf(stage, column), FAST)));
    for (const tile of tiles) places[level]?.push({ offset: await file.append(tile), bytes: tile.length });
    const half = level + 1 < stages.length ? halve(stage) : null;
    stage.filled = 0;
    if (half) await push(level + 1, half);
  };
  return { write: (codes: Uint16Array) => push(0, codes), places };
}

/** A tile filled up with missing data, each code but the first of a row as what it is more than the one before (TIFF's predictor 2). */
function tileOf({ width, rows, filled }: Stage, column: number): Uint16Array {
  const tile = new Uint16Array(VIEWER_TILE * VIEWER_TILE).fill(MISSING);
  const left = column * VIEWER_TILE;
  const across = Math.min(VIEWER_TILE, width - left);
  for (let y = 0; y < filled; y += 1) {
    let before = 0;
    for (let x = 0; x < VIEWER_TILE; x += 1) {
      const code = x < across ? (rows[y * width + left + x] ?? MISSING) : MISSING;
      tile[y * VIEWER_TILE + x] = code - before;
      before = code;
    }
  }
  return tile;
}

/** The mean of two by two, without missing data; at odd edges of what is there. */
function halve({ width, rows, filled }: Stage): Uint16Array {
  const [halfWidth, halfHeight] = [Math.ceil(width / 2), Math.ceil(filled / 2)];
  const half = new Uint16Array(halfWidth * halfHeight);
  for (let y = 0; y < halfHeight; y += 1) {
    for (let x = 0; x < halfWidth; x += 1) {
      let [sum, count] = [0, 0];
      for (let at = 0; at < 4; at += 1) {
        const [px, py] = [2 * x + (at & 1), 2 * y + (at >> 1)];
        const code = px < width && py < filled ? (rows[py * width + px] ?? MISSING) : MISSING;
        if (code === MISSING) continue;
        sum += code;
        count += 1;
      }
      half[y * halfWidth + x] = count === 0 ? MISSING : Math.round(sum / count);
    }
  }
  return half;
}
