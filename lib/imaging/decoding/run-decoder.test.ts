import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readOverview } from "../overview.ts";
import { probeImage } from "../probe.ts";
import { buildPyramid } from "../pyramid.ts";
import { runDecoder } from "./run-decoder.ts";

let folder: string;
let large: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "decoder-"));
  large = join(folder, "large.png");
  const side = 3000;
  await sharp(randomBytes(side * side * 3), { raw: { width: side, height: side, channels: 3 } })
    .png({ compressionLevel: 0 })
    .toFile(large);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const fixture = (name: string): string => join(import.meta.dirname, "..", "fixtures", name);

describe("the decoder process", () => {
  it("tells its progress on the way, to 1, and never back", async () => {
    const probe = await probeImage(large, { maxPixels: 1e9 });
    const heard: number[] = [];
    const target = join(folder, "a.tif");
    await buildPyramid({ source: large, target, page: 0, probe, onProgress: (progress) => heard.push(progress) });
    expect(heard.length).toBeGreaterThan(3);
    expect(heard.at(-1)).toBe(1);
    expect(heard[0]).toBeLessThan(1);
    expect(heard).toEqual(heard.toSorted((a, b) => a - b));
  });

  it("ends at once when it is aborted, and leaves no scratch file", async () => {
    const probe = await probeImage(large, { maxPixels: 1e9 });
    const abort = new AbortController();
    const target = join(folder, "aborted.tif");
    const built = buildPyramid({
      source: large,
      target,
      page: 0,
      probe,
      signal: abort.signal,
      onProgress: () => abort.abort(new Error("changed my mind")),
    });
    await expect(built).rejects.toThrow("changed my mind");
    expect((await readdir(folder)).filter((name) => name.startsWith("aborted.tif."))).toEqual([]);
    const never = buildPyramid({
      source: large,
      target,
      page: 0,
      probe,
      signal: AbortSignal.abort(new Error("before")),
    });
    await expect(never).rejects.toThrow("before");
  });

  it("is killed when it takes too long", async () => {
    const source = { path: large, page: 0, width: 3000, height: 3000, format: "png" } as const;
    const job = {
      kind: "pyramid",
      source,
      scratch: join(folder, "slow"),
      target: join(folder, "slow.tif"),
      micronsPerPixel: null,
    } as const;
    await expect(runDecoder(job, { lane: "decode", timeoutMs: 30 })).rejects.toMatchObject({ code: "too-large" });
  });

  it("says in a sentence why it cannot decode, while this process goes on", async () => {
    for (const name of ["truncated-jpeg.jpg", "bad-group4.tif"]) {
      const probe = await probeImage(fixture(name), { maxPixels: 1e9 });
      const failure = {
        code: "unsupported-image",
        message: expect.stringMatching(/^the picture cannot be decoded: .+/),
      };
      await expect(readOverview(fixture(name), probe, { maxSide: 512 }), name).rejects.toMatchObject(failure);
      const built = buildPyramid({ source: fixture(name), target: join(folder, name), page: 0, probe });
      await expect(built, name).rejects.toMatchObject(failure);
    }
  });

  it("says when the disk does not take the pyramid", async () => {
    const probe = await probeImage(fixture("g4-multi.tiff"), { maxPixels: 1e9 });
    await writeFile(join(folder, "file"), "");
    const target = join(folder, "file", "x.tif");
    const built = buildPyramid({ source: fixture("g4-multi.tiff"), target, page: 0, probe });
    await expect(built).rejects.toMatchObject({ code: "storage-failed" });
  });

  it("works through many at once, two at a time", async () => {
    const probe = await probeImage(fixture("rotated.tif"), { maxPixels: 1e9 });
    const all = await Promise.all(
      Array.from({ length: 6 }, () => readOverview(fixture("rotated.tif"), probe, { maxSide: 64 })),
    );
    expect(all.map(({ width, height }) => `${width} × ${height}`)).toEqual(Array.from({ length: 6 }, () => "10 × 15"));
  });
});
