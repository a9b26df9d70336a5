/**
 * Measures imaging on a generated picture: `node bench/imaging.ts [side]`, 10,007 pixels a side where nothing is said.
 * Prints pyramid speed and peak memory, milliseconds a region, and tiles a second.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { buildPyramidFile } from "#lib/imaging/pyramid/build.ts";
import { openPyramidFile } from "#lib/imaging/pyramid/open.ts";

const TILES = 5000;
const REGIONS = 200;

/** Real tissue, repeated: noise would compress as no picture does. */
async function makePicture(path: string, side: number): Promise<void> {
  const tissue = await sharp(join(import.meta.dirname, "..", "samples", "CMU-1-Small-Region.svs"))
    .extract({ left: 0, top: 0, width: 2000, height: 2000 })
    .png()
    .toBuffer();
  await sharp({ create: { width: side, height: side, channels: 3, background: "#fff" }, limitInputPixels: false })
    .composite([{ input: tissue, tile: true }])
    .jpeg({ quality: 92 })
    .toFile(path);
}

async function measurePyramid(source: string, target: string, side: number): Promise<void> {
  sharp.cache(false);
  const started = performance.now();
  const job = {
    kind: "pyramid",
    source: { path: source, page: 0, format: "jpeg" },
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

async function measureReading(path: string, side: number): Promise<void> {
  const pyramid = await openPyramidFile(path);
  const columns = Math.ceil(side / 512);
  let started = performance.now();
  for (let at = 0; at < TILES; at += 50) {
    await Promise.all(
      Array.from({ length: 50 }, (_, step) => pyramid.tile(0, (at + step) % columns, (at * 7 + step) % columns)),
    );
  }
  console.log(`tiles: ${Math.round(TILES / ((performance.now() - started) / 1000))} a second`);

  for (const [name, size, output, inOrder] of [
    ["512² at full resolution, neighbours in order", 512, 512, true],
    ["512² at full resolution, anywhere", 512, 512, false],
    ["1024² scaled to 640²", 1024, 640, false],
    ["4096² scaled to 640²", 4096, 640, false],
  ] as const) {
    const step = Math.round(size * 0.8);
    const perRow = Math.floor((side - size) / step) + 1;
    started = performance.now();
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

const [first, second, third] = process.argv.slice(2);
if (first === "make" && second && third) await makePicture(second, Number(third));
else {
  const side = Number(first ?? 10_007);
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  try {
    const source = join(folder, "source.jpg");
    const target = join(folder, "pyramid.tif");
    // In a process of its own: what making the picture takes is not what is measured.
    await once(fork(import.meta.filename, ["make", source, String(side)]), "exit");
    await measurePyramid(source, target, side);
    await measureReading(target, side);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
