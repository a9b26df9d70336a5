import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readFully } from "../tiff/byte-source.ts";
import { placeOfEntry, readZipEntries, type ZipEntry } from "./zip-entries.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "zip-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function bytesOf(file: FileHandle, entry: ZipEntry): Promise<Buffer> {
  const { offset, bytes } = placeOfEntry(file, entry);
  return readFully(file, offset, bytes);
}

describe("the archive of tiles", () => {
  it("is listed and read as libvips wrote it", async () => {
    const path = join(folder, "tiles.zip");
    const picture = sharp({ create: { width: 700, height: 600, channels: 3, background: "#123456" } });
    await picture.png().tile({ size: 256, depth: "onetile", container: "zip" }).toFile(path);
    const file = await open(path);
    const entries = await readZipEntries(file);
    const tiles = entries.filter(({ name }) => name.endsWith(".png"));
    expect(tiles.map(({ name }) => name.split("/").slice(-2).join("/")).toSorted()).toEqual(
      [
        "0/0_0",
        "1/0_0",
        "1/0_1",
        "1/1_0",
        "1/1_1",
        "2/0_0",
        "2/0_1",
        "2/0_2",
        "2/1_0",
        "2/1_1",
        "2/1_2",
        "2/2_0",
        "2/2_1",
        "2/2_2",
      ].map((name) => `${name}.png`),
    );
    for (const tile of tiles) {
      const bytes = await bytesOf(file, tile);
      expect((await sharp(bytes).stats()).channels.map(({ mean }) => mean)).toEqual([0x12, 0x34, 0x56]);
    }
    await file.close();
  });

  it("is read beyond 4 GB, by ZIP64", async () => {
    const path = join(folder, "large.zip");
    const file = await open(path, "w+");
    const far = 5_000_000_000;
    const content = Buffer.from("the tile");
    // The file is sparse: only what is written takes space.
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50);
    local.writeUInt16LE(4, 26);
    await file.write(Buffer.concat([local, Buffer.from("name"), content]), 0, 42, far);

    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50);
    entry.writeUInt32LE(content.length, 20);
    entry.writeUInt32LE(content.length, 24);
    entry.writeUInt16LE(4, 28);
    entry.writeUInt16LE(12, 30);
    entry.writeUInt32LE(0xffffffff, 42);
    const extra = Buffer.alloc(12);
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(8, 2);
    extra.writeBigUInt64LE(BigInt(far), 4);
    const directory = Buffer.concat([entry, Buffer.from("name"), extra]);
    const directoryAt = far + 42;
    const record = Buffer.alloc(56);
    record.writeUInt32LE(0x06064b50);
    record.writeBigUInt64LE(1n, 32);
    record.writeBigUInt64LE(BigInt(directory.length), 40);
    record.writeBigUInt64LE(BigInt(directoryAt), 48);
    const locator = Buffer.alloc(20);
    locator.writeUInt32LE(0x07064b50);
    locator.writeBigUInt64LE(BigInt(directoryAt + directory.length), 8);
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50);
    end.writeUInt16LE(1, 10);
    end.writeUInt32LE(directory.length, 12);
    end.writeUInt32LE(0xffffffff, 16);
    const tail = Buffer.concat([directory, record, locator, end]);
    await file.write(tail, 0, tail.length, directoryAt);

    const [found] = await readZipEntries(file);
    expect(found).toEqual({ name: "name", bytes: 8, headerOffset: far });
    expect(found && (await bytesOf(file, found)).toString()).toBe("the tile");
    await file.close();
  });

  it("is refused where it was cut off", async () => {
    const path = join(folder, "cut.zip");
    const file = await open(path, "w+");
    await file.write(Buffer.alloc(100));
    await expect(readZipEntries(file)).rejects.toThrow("has no end");
    await file.close();
  });
});
