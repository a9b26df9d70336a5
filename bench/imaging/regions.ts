import sharp from "sharp";
import { openPyramidFile } from "#lib/imaging/pyramid/open.ts";

const REGIONS = 100;

type Place = { x: number; y: number };

/** Reads regions of a pyramid as inference does, by RegionReader and by sharp alone, and prints milliseconds each. */
export async function measureRegions(path: string, side: number): Promise<void> {
  sharp.cache(false);
  const pyramid = await openPyramidFile(path);
  const table: Record<string, string>[] = [];
  for (const [name, size, output, inOrder] of [
    ["512² at full resolution, neighbours in order", 512, 512, true],
    ["512² at full resolution, anywhere", 512, 512, false],
    ["1024² scaled to 640²", 1024, 640, false],
    ["4096² scaled to 640²", 4096, 640, false],
  ] as const) {
    if (size > side) continue;
    const ours = await timeEach(side, size, inOrder, async ({ x, y }) => {
      await pyramid.reader.read({ x, y, width: size, height: size }, { width: output, height: output });
    });
    // From the level that RegionReader takes too: the nearest that is as fine.
    const page = Math.floor(Math.log2(size / output));
    const part = Math.floor(size / 2 ** page);
    const alone = await timeEach(side, size, inOrder, async ({ x, y }) => {
      const [left, top] = [Math.floor(x / 2 ** page), Math.floor(y / 2 ** page)];
      await sharp(path, { page, limitInputPixels: false })
        .extract({ left, top, width: part, height: part })
        .resize(output, output, { fit: "fill" })
        .raw()
        .toBuffer();
    });
    table.push({
      region: name,
      "RegionReader, ms": ours.toFixed(1),
      "sharp alone, ms": alone.toFixed(1),
      "× faster": (alone / ours).toFixed(1),
    });
  }
  console.table(table);
  await pyramid.close();
}

async function timeEach(
  side: number,
  size: number,
  inOrder: boolean,
  read: (place: Place) => Promise<void>,
): Promise<number> {
  const step = Math.round(size * 0.8);
  const perRow = Math.floor((side - size) / step) + 1;
  const started = performance.now();
  for (let index = 0; index < REGIONS; index += 1) {
    const place = inOrder ? index : (index * 7919) % (perRow * perRow);
    await read({ x: (place % perRow) * step, y: Math.min(side - size, Math.floor(place / perRow) * step) });
  }
  return (performance.now() - started) / REGIONS;
}
