import { stat } from "node:fs/promises";
import sharp from "sharp";
import { buildPyramidFile } from "#lib/imaging/pyramid/build.ts";
import { openPyramidFile } from "#lib/imaging/pyramid/open.ts";

const REGIONS = 200;

/** Builds a pyramid in this process, and prints megapixels a second and peak memory. */
export async function measurePyramid(source: string, target: string, side: number): Promise<void> {
  sharp.cache(false);
  const started = performance.now();
  const job = {
    kind: "pyramid",
    source: { path: source, page: 0, width: side, height: side, format: "jpeg" },
    scratch: target,
    target,
    micronsPerPixel: null,
  } as const;
  const built = await buildPyramidFile(job, () => undefined);
  const seconds = (performance.now() - started) / 1000;
  const megabytes = (await stat(target)).size / 1e6;
  console.log(
    `pyramid: ${((side * side) / 1e6 / seconds).toFixed(1)} MP/s, ${built.levels} levels, ${megabytes.toFixed(1)} MB,`,
    `peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`,
  );
}

/** Reads regions as inference does, and prints milliseconds each. */
export async function measureReading(path: string, side: number): Promise<void> {
  const pyramid = await openPyramidFile(path);
  for (const [name, size, output, inOrder] of [
    ["512² at full resolution, neighbours in order", 512, 512, true],
    ["512² at full resolution, anywhere", 512, 512, false],
    ["1024² scaled to 640²", 1024, 640, false],
    ["4096² scaled to 640²", 4096, 640, false],
  ] as const) {
    const step = Math.round(size * 0.8);
    const perRow = Math.floor((side - size) / step) + 1;
    const started = performance.now();
    for (let index = 0; index < REGIONS; index += 1) {
      const place = inOrder ? index : (index * 7919) % (perRow * perRow);
      const x = (place % perRow) * step;
      const y = Math.min(side - size, Math.floor(place / perRow) * step);
      await pyramid.reader.read({ x, y, width: size, height: size }, { width: output, height: output });
    }
    console.log(`region ${name}: ${((performance.now() - started) / REGIONS).toFixed(1)} ms`);
  }
  await pyramid.close();
}
