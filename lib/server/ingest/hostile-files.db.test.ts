import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { freshDatabase } from "#db/test-database.ts";
import { projectRoot } from "#lib/config/paths.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { addImage } from "../images/add-image.ts";
import { prepareImage } from "./prepare-image.ts";

freshDatabase();
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

const add = (name: string) => {
  const source = createReadStream(join(projectRoot(), "lib", "imaging", "fixtures", name));
  return addImage({ source, name }, "test");
};

/** Files in the store and in the folder for temporary ones. */
async function filesLeft(): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

it("a file that is refused leaves nothing in the store, the database or among temporary files", async () => {
  for (const name of ["zero-width.gif", "bad-badbitcount.bmp", "directory-beyond-end.tif", "pixels-beyond-end.tif"]) {
    const error: unknown = await add(name).catch((thrown: unknown) => thrown);
    expect(error, name).toBeInstanceOf(TesseraError);
    expect(error, name).toMatchObject({ code: "unsupported-image", message: expect.stringMatching(/^[^\n]+$/) });
  }
  expect((await pool().query("SELECT 1 FROM images")).rows).toEqual([]);
  expect(await filesLeft()).toEqual([]);
});

it("one that cannot be decoded after all leaves what was sent, and no half of a pyramid", async () => {
  for (const name of ["truncated-jpeg.jpg", "bad-group4.tif"]) {
    const { image } = await add(name);
    const moderation = { verdict: "pass", scores: {}, model: "local:nsfw", reason: null };
    await pool().query("UPDATE images SET moderation = $2 WHERE id = $1", [image.id, moderation]);
    const prepared = prepareImage({ version: 1, imageId: image.id });
    await expect(prepared, name).rejects.toMatchObject({ code: "unsupported-image" });
  }
  expect(await filesLeft()).toHaveLength(2);
});
