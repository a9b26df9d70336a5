import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { freshDatabase } from "#db/test-database.ts";
import { projectRoot } from "#lib/config/paths.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { IMAGE_BLOBS } from "#lib/storage/image-blobs.ts";
import { addImage } from "../images/add-image.ts";
import { prepareImage } from "./prepare-image.ts";

freshDatabase();
const IMAGING = join(projectRoot(), "lib", "imaging");
const AT_ONCE = 4;
/** Some thirty files, a decoder process or two each, on a machine that may be busy. */
const PATIENCE_MS = 300_000;
let folder: string;
let before: string | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tessera-hostile-"));
  await mkdir(join(folder, "tmp"));
  before = process.env["TMPDIR"];
  process.env["TMPDIR"] = join(folder, "tmp");
  process.env["TESSERA_DATA_DIR"] = join(folder, "data");
});
afterAll(async () => {
  if (before === undefined) delete process.env["TMPDIR"];
  else process.env["TMPDIR"] = before;
  await rm(folder, { recursive: true, force: true });
});

type Hostile = { name: string; bytes: Buffer };

/** A TIFF of `count` directories, each of one field, that follow each other. */
function chainOfDirectories(count: number): Buffer {
  const bytes = Buffer.alloc(8 + count * 18);
  bytes.write("II*\0", "latin1");
  bytes.writeUInt32LE(8, 4);
  for (let index = 0; index < count; index += 1) {
    const at = 8 + index * 18;
    bytes.writeUInt16LE(1, at);
    bytes.writeUInt16LE(256, at + 2);
    bytes.writeUInt16LE(4, at + 4);
    bytes.writeUInt32LE(1, at + 6);
    bytes.writeUInt32LE(64, at + 10);
    bytes.writeUInt32LE(index + 1 < count ? at + 18 : 0, at + 14);
  }
  return bytes;
}

/** The published files, those of the fixtures that are broken, and what is made here. */
async function hostileFiles(): Promise<Hostile[]> {
  const published = (await readdir(join(IMAGING, "hostile"))).filter((name) => !name.endsWith(".md"));
  const fixtures = (await readdir(join(IMAGING, "fixtures"))).filter((name) =>
    /^(?:bad|zero|truncated|issue)-|beyond-end|frame-loop/.test(name),
  );
  const paths = [
    ...published.map((name) => join(IMAGING, "hostile", name)),
    ...fixtures.map((name) => join(IMAGING, "fixtures", name)),
  ];
  const read = await Promise.all(paths.map(async (path) => ({ name: path, bytes: await readFile(path) })));
  const white = await sharp({ create: { width: 9, height: 9, channels: 3, background: "#fff" } })
    .png()
    .toBuffer();
  return [
    ...read,
    { name: "nothing.png", bytes: Buffer.alloc(0) },
    { name: "chain.tif", bytes: chainOfDirectories(10_000) },
    { name: "script.png", bytes: Buffer.from("#!/bin/sh\necho a picture\n") },
    { name: "../../../outside\u0000.png", bytes: white },
    { name: "picture-and-archive.png", bytes: Buffer.concat([white, Buffer.from("PK\x03\x04 and more")]) },
  ];
}

/** What is left of a file: the error that it was refused with, or what its image came to. */
async function take({ name, bytes }: Hostile): Promise<{ id: string; error: unknown } | { id: null; error: unknown }> {
  const source = (async function* () {
    yield bytes;
  })();
  let id: string | null = null;
  try {
    const { image } = await addImage({ source, name }, "test");
    id = image.id;
    expect(image.name).not.toMatch(/[/\\\0]/);
    const moderation = { verdict: "pass", scores: {}, model: "local:nsfw", reason: null };
    await pool().query("UPDATE images SET moderation = $2 WHERE id = $1", [id, moderation]);
    await prepareImage({ version: 1, imageId: id });
    return { id, error: null };
  } catch (error) {
    return { id, error };
  }
}

async function filesLeft(): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe("hostile files", () => {
  it(
    "are taken or refused in one line, and leave nothing but what was taken in store, database and temporary files",
    async () => {
      const files = await hostileFiles();
      const waiting = [...files];
      const kept = new Set<string>();
      let refused = 0;
      const work = async (): Promise<void> => {
        for (let file = waiting.shift(); file; file = waiting.shift()) {
          const { id, error } = await take(file);
          if (error !== null) {
            refused += 1;
            expect(error, file.name).toBeInstanceOf(TesseraError);
            expect(error, file.name).toMatchObject({
              isCallersFault: true,
              message: expect.stringMatching(/^[^\n]{1,400}$/),
            });
          }
          if (id !== null) kept.add(id);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      expect(refused).toBeGreaterThan(15);
      const { rows } = await pool().query<{ id: string; sha256: string; state: string; pages: unknown[] }>(
        "SELECT id, sha256, state, pages FROM images",
      );
      expect(new Set(rows.map(({ id }) => id))).toEqual(kept);
      const allowed = rows.flatMap(({ sha256, state, pages }) => [
        IMAGE_BLOBS.original(sha256),
        ...(state === "ready"
          ? [
              IMAGE_BLOBS.thumbnail(sha256),
              ...pages.flatMap((_, page) => [IMAGE_BLOBS.pyramid(sha256, page), IMAGE_BLOBS.samples(sha256, page)]),
            ]
          : []),
      ]);
      const left = (await filesLeft()).map((path) => path.replace(/^.*?\/data\/blobs\//, ""));
      expect(left.filter((path) => !allowed.includes(path))).toEqual([]);
    },
    PATIENCE_MS,
  );
});
