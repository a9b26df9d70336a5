import { appendFile, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readFully } from "../tiff/byte-source.ts";
import { followArchive } from "./follow-archive.ts";
import { placeOfEntry, readZipEntries } from "./zip-entries.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "follow-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe("an archive that is being written", () => {
  it("tells of tiles as they become whole, and of each once", async () => {
    const [written, growing] = [join(folder, "written.zip"), join(folder, "growing.zip")];
    const noise = { type: "gaussian", mean: 128, sigma: 60 } as const;
    const picture = sharp({ create: { width: 700, height: 600, channels: 3, background: "#123", noise } });
    await picture.jpeg({ quality: 90 }).tile({ size: 64, depth: "onetile", container: "zip" }).toFile(written);
    const archive = await open(written);
    const expected = new Map<string, Buffer>();
    for (const entry of await readZipEntries(archive)) {
      const name = /(\d+\/\d+_\d+)\.jpeg$/.exec(entry.name)?.[1];
      const { offset, bytes } = placeOfEntry(archive, entry);
      if (name) expected.set(name, await readFully(archive, offset, bytes));
    }
    await archive.close();

    const told = new Map<string, Buffer>();
    const repeated: string[] = [];
    const stop = followArchive(growing, ({ name, read }) => {
      if (told.has(name)) repeated.push(name);
      told.set(name, Buffer.alloc(0));
      void read().then((bytes) => told.set(name, bytes));
    });
    const bytes = await readFile(written);
    const third = Math.ceil(bytes.length / 3);
    await writeFile(growing, bytes.subarray(0, third));
    await vi.waitFor(() => expect(told.size).toBeGreaterThan(expected.size / 6));
    expect(told.size).toBeLessThan(expected.size / 2);
    await appendFile(growing, bytes.subarray(third));
    // The last header lies too near the end to be looked at.
    await vi.waitFor(() => expect(told.size).toBeGreaterThan(expected.size - 10), { timeout: 5000 });
    await sleep(50);
    await stop();
    expect(repeated).toEqual([]);
    for (const [name, tile] of told) expect(tile.equals(expected.get(name) ?? Buffer.alloc(0)), name).toBe(true);
  });

  it("is let go where it cannot be read", async () => {
    // A folder opens, but has no bytes.
    const stop = followArchive(folder, () => undefined);
    await sleep(250);
    await stop();
  });

  it("needs none to be there", async () => {
    const stop = followArchive(join(folder, "none.zip"), () => undefined);
    await sleep(150);
    await stop();
  });
});
