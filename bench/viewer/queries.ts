import type { Client } from "pg";
import { tileSide, tilesFor } from "#components/findings/tile-plan.ts";
import { keptDensity } from "#db/queries/finding-densities.ts";
import { countByCell, packFindings } from "#db/queries/finding-tiles.ts";
import { DENSITY_CELLS, EXACT_TILE_LIMIT } from "#lib/core/api/finding-tile.ts";

export type Percentiles = { count: number; p50Ms: number; p95Ms: number };

function percentiles(times: number[]): Percentiles {
  const sorted = times.sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { count: sorted.length, p50Ms: at(0.5), p95Ms: at(0.95) };
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const began = performance.now();
  return [await work(), performance.now() - began];
}

/** A number from 0 to 1 that is the same each run. */
function* numbers(seed: number): Generator<number, number> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

/**
 * What Postgres takes for the findings of a view: so many places and zooms, from the whole picture to full resolution, tile by tile as a
 * page asks for them; and for the density of the whole picture, with which a page is opened, counted anew and as it is kept.
 */
export async function queryTimes(
  database: Client,
  image: { id: string; width: number; height: number },
  runId: string,
  views: number,
): Promise<{ tiles: Percentiles; density: Percentiles; kept: Percentiles }> {
  const scope = { imageId: image.id, run: runId, page: 0 };
  const random = numbers(7);
  const fit = Math.min(860 / image.width, 780 / image.height);
  const times: number[] = [];
  for (let view = 0; view < views; view += 1) {
    const zoom = Math.exp(Math.log(fit) * (1 - random.next().value));
    const [width, height] = [860 / zoom, 780 / zoom];
    const x = Math.max(0, image.width - width) * random.next().value;
    const y = Math.max(0, image.height - height) * random.next().value;
    for (const tile of tilesFor([x, y, width, height], zoom)) {
      const side = tileSide(tile);
      const bbox = [tile.x * side, tile.y * side, side, side] as const;
      const [packed, ms] = await timed(() => packFindings(database, { ...scope, bbox }, EXACT_TILE_LIMIT, null));
      // Where there are too many, the page goes by the density that it has.
      if (packed) times.push(ms);
    }
  }
  const [densities, kept]: [number[], number[]] = [[], []];
  const square = { x: 0, y: 0, side: Math.max(image.width, image.height) };
  for (let round = 0; round < 5; round += 1) {
    densities.push((await timed(() => countByCell(database, scope, square, DENSITY_CELLS)))[1]);
    kept.push((await timed(() => keptDensity(database, { imageId: image.id, runId, page: 0 })))[1]);
  }
  return { tiles: percentiles(times), density: percentiles(densities), kept: percentiles(kept) };
}
