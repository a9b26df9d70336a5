import { expect } from "vitest";
import { toLonLat } from "../georeference.ts";
import { probeImage } from "../probe.ts";
import { openPyramidFile } from "../pyramid/open.ts";
import { buildPyramid } from "../pyramid.ts";
import type { ImageProbe, RegionReader, RgbPixels } from "../types.ts";
import { type Answer, toleranceOf } from "./answers.ts";

const DEGREES = 1e-6;
const SMALL_SIDE = 240;

/** Holds what we say of a file to what other programs say of it: size, pages, place, scale. */
export function compareProbe(probe: ImageProbe, answer: Answer): void {
  expect(probe.pages).toEqual(answer.pages.map(({ width, height }) => ({ width, height })));
  if (answer.micronsPerPixel !== undefined) {
    expect(probe.scale).toEqual({ micronsPerPixel: expect.closeTo(answer.micronsPerPixel, 6) });
  }
  if (answer.epsg !== undefined) expect(probe.scale).toMatchObject({ crs: `EPSG:${answer.epsg}` });
  if (answer.transform && answer.lonLat.length > 0) {
    const near = answer.transform.map((value) => expect.closeTo(value, 6));
    expect(probe.scale).toMatchObject({ transform: near });
  }
  const convert = toLonLat(probe.scale);
  for (const [x, y, longitude, latitude] of answer.lonLat) {
    const [east, north] = convert?.(x, y) ?? [Number.NaN, Number.NaN];
    // Beyond the antimeridian GDAL counts on where the picture does.
    const apart = Math.abs(east - longitude) % 360;
    expect(Math.min(apart, 360 - apart), `longitude of ${x}, ${y}`).toBeLessThan(DEGREES);
    expect(Math.abs(north - latitude), `latitude of ${x}, ${y}`).toBeLessThan(DEGREES);
  }
}

/**
 * Builds the pyramids of a file's pages as ingest does and holds their colours to the answer. Returns a small picture of each page
 * that was built, at most three.
 */
export async function comparePixels(path: string, answer: Answer, scratch: string): Promise<RgbPixels[]> {
  const probe = await probeImage(path, { maxPixels: 20e9 });
  const small: RgbPixels[] = [];
  for (const [page, { samples }] of answer.pages.entries()) {
    if (page > 2) continue;
    const target = `${scratch}-${page}.tif`;
    await buildPyramid({ source: path, target, page, probe });
    const { reader, close } = await openPyramidFile(target);
    const within = toleranceOf(answer, page);
    for (const [x, y, ...wanted] of samples) {
      const { data } = await reader.read({ x, y, width: 1, height: 1 });
      const apart = Math.max(...wanted.map((value, band) => Math.abs(value - (data[band] ?? 0))));
      expect(apart, `page ${page} at ${x}, ${y}: ${[...data]} and not ${wanted}`).toBeLessThanOrEqual(within);
    }
    small.push(await smallPicture(reader));
    await close();
  }
  return small;
}

function smallPicture(reader: RegionReader): Promise<RgbPixels> {
  const shrink = Math.max(1, reader.width / SMALL_SIDE, reader.height / SMALL_SIDE);
  const size = {
    width: Math.max(1, Math.round(reader.width / shrink)),
    height: Math.max(1, Math.round(reader.height / shrink)),
  };
  return reader.read({ x: 0, y: 0, width: reader.width, height: reader.height }, size);
}
