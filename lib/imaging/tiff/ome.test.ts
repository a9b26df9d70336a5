import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readOverview } from "../overview.ts";
import { probeImage } from "../probe.ts";
import { openPyramidFile } from "../pyramid/open.ts";
import { buildPyramid } from "../pyramid.ts";
import { openSamplesFile } from "../samples/open-samples.ts";
import { buildSamples } from "../samples.ts";
import { type AppendFile, openAppendFile } from "./append-file.ts";
import { encodeDirectories, encodeHeader, type NewField } from "./encode.ts";
import { TAG } from "./tags.ts";

const [WIDTH, HEIGHT] = [30, 20];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ome-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Writes an OME-TIFF with one plane a directory: each of 8 bits, a bar of light `bar` pixels wide on darkness. */
async function writeOme(name: string, xml: string, bars: readonly number[]): Promise<string> {
  const path = join(folder, name);
  const file: AppendFile = await openAppendFile(path, 16);
  const directories: NewField[][] = [];
  for (const [index, bar] of bars.entries()) {
    const pixels = Buffer.from(Array.from({ length: WIDTH * HEIGHT }, (_, at) => (at % WIDTH < bar ? 90 : 10)));
    directories.push([
      { tag: TAG.imageWidth, type: "long", values: [WIDTH] },
      { tag: TAG.imageLength, type: "long", values: [HEIGHT] },
      { tag: TAG.bitsPerSample, type: "short", values: [8] },
      { tag: TAG.compression, type: "short", values: [1] },
      { tag: TAG.photometric, type: "short", values: [1] },
      { tag: TAG.stripOffsets, type: "long8", values: [await file.append(pixels)] },
      { tag: TAG.samplesPerPixel, type: "short", values: [1] },
      { tag: TAG.rowsPerStrip, type: "long", values: [HEIGHT] },
      { tag: TAG.stripByteCounts, type: "long8", values: [pixels.length] },
      ...(index === 0 ? [{ tag: TAG.imageDescription, type: "ascii" as const, values: xml }] : []),
    ]);
  }
  const { bytes, first } = encodeDirectories(directories, file.size);
  await file.append(bytes);
  await file.header(encodeHeader(first));
  await file.close();
  return path;
}

function ome(pixels: string, inside: string): string {
  return `<?xml version="1.0"?><OME><Image ID="Image:0"><Pixels ${pixels}>${inside}</Pixels></Image></OME>`;
}

/** Colours of the picture at the middle of each third of a row: under both bars, under the longer, under none. */
async function colours(path: string, page: number): Promise<number[][]> {
  const probe = await probeImage(path, { maxPixels: 1e9 });
  const target = join(folder, `${page}-${Math.random()}.tif`);
  await buildPyramid({ source: path, target, page, probe });
  const { reader, close } = await openPyramidFile(target);
  const { data } = await reader.read({ x: 0, y: 10, width: WIDTH, height: 1 });
  await close();
  const overview = await readOverview(path, probe, { maxSide: 64, page });
  expect([...overview.data.subarray(0, WIDTH * 3)]).toEqual([...data]);
  return [5, 15, 25].map((x) => [...data.subarray(x * 3, x * 3 + 3)]);
}

/** Names and colours of the channels that are kept as they were measured. */
async function channelsOf(path: string): Promise<unknown[]> {
  const probe = await probeImage(path, { maxPixels: 1e9 });
  const target = join(folder, `${Math.random()}.tif`);
  expect(await buildSamples({ source: path, target, page: 0, probe })).toBeGreaterThan(0);
  const { bands, close } = await openSamplesFile(target);
  await close();
  return bands.map(({ name, colour }) => ({ name, colour }));
}

const TWO = '<Channel ID="0"/><Channel ID="1"/>';

describe("an OME-TIFF", () => {
  it("adds its channels up in their colours", async () => {
    // Yellow and blue, in one signed number each: red, green, blue, alpha.
    const channels = `<Channel ID="0" Name="DAPI" Color="${0xffff00ff | 0}"/><Channel ID="1" Color="${0x0000ffff}"/>`;
    const xml = ome('DimensionOrder="XYCZT" SizeC="2" SizeZ="1" SizeT="1" PhysicalSizeX="0.5"', channels);
    const path = await writeOme("coloured.tif", xml, [20, 10]);
    expect(await channelsOf(path)).toEqual([
      { name: "DAPI", colour: [255, 255, 0] },
      { name: null, colour: [0, 0, 255] },
    ]);
    expect(await probeImage(path, { maxPixels: 1e9 })).toMatchObject({
      format: "ome-tiff",
      pages: [{ width: WIDTH, height: HEIGHT }],
      scale: { micronsPerPixel: 0.5 },
    });
    expect(await colours(path, 0)).toEqual([
      [255, 255, 255],
      [255, 255, 0],
      [0, 0, 0],
    ]);
  });

  it("has a page for each depth, whichever axis goes first, and colours of its own where the file has none", async () => {
    const xml = ome('DimensionOrder="XYZCT" SizeC="2" SizeZ="2" SizeT="1"', `${TWO}<TiffData/>`);
    // Depth goes first: both depths of the red channel, then of the green one.
    const path = await writeOme("deep.tif", xml, [10, 20, 20, 10]);
    expect((await probeImage(path, { maxPixels: 1e9 })).pages).toHaveLength(2);
    expect(await colours(path, 0)).toEqual([
      [255, 255, 0],
      [0, 255, 0],
      [0, 0, 0],
    ]);
    expect(await colours(path, 1)).toEqual([
      [255, 255, 0],
      [255, 0, 0],
      [0, 0, 0],
    ]);
  });

  it("finds planes where the file says that they are", async () => {
    const blocks = '<TiffData FirstC="0" IFD="1" PlaneCount="1"/><TiffData FirstC="1" IFD="0" PlaneCount="1"/>';
    const xml = ome('DimensionOrder="XYCZT" SizeC="2" SizeZ="1" SizeT="1"', `${TWO}${blocks}`);
    expect((await colours(await writeOme("swapped.tif", xml, [10, 20]), 0))[1]).toEqual([255, 0, 0]);
  });

  it("of one channel has pages as any TIFF", async () => {
    const xml = ome('DimensionOrder="XYCZT" SizeC="1" SizeZ="3" SizeT="1"', '<Channel ID="0"/>');
    const path = await writeOme("grey.tif", xml, [10, 15, 20]);
    const probe = await probeImage(path, { maxPixels: 1e9 });
    expect(probe).toMatchObject({ format: "ome-tiff", pages: Array.from({ length: 3 }, () => ({ width: WIDTH })) });
  });
});
