import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it, vi } from "vitest";
import { pool } from "#db/client.ts";
import { freshDatabase } from "#db/test-database.ts";
import { trainedDataPath } from "#lib/models/local/text/languages.ts";
import { imageWithRun } from "../findings/finding-fixtures.ts";
import { createRun } from "./create-run.ts";

freshDatabase();

it("refuses a run in a language whose data is not installed, before there is a run, and takes it once it is", async () => {
  const root = await mkdtemp(path.join(tmpdir(), "create-run-"));
  const data = trainedDataPath("deu", path.join(root, "node_modules"));
  // The package is there, and what is read from it is not.
  await mkdir(path.dirname(data), { recursive: true });
  const { imageId } = await imageWithRun();
  const start = () => createRun(imageId, { preset: "text", model: "local:text:deu" }, "test");
  const runs = async () => (await pool().query("SELECT id FROM runs WHERE image_id = $1", [imageId])).rowCount;
  vi.stubEnv("TESSERA_ROOT", root);
  try {
    await expect(start()).rejects.toMatchObject({
      code: "model-unusable",
      message: "deu cannot be read: no data of the language is installed",
      remedy: "npm install @tesseract.js-data/deu, or use local:text",
    });
    expect(await runs()).toBe(1);
    await writeFile(data, "");
    expect(await start()).toMatchObject({ state: "queued", configuration: { model: "local:text:deu" } });
    expect(await runs()).toBe(2);
  } finally {
    vi.unstubAllEnvs();
    await rm(root, { recursive: true });
  }
});

it("refuses two scales of a model that looks at one, and keeps them in the configuration of one that can", async () => {
  const { imageId } = await imageWithRun();
  const start = (preset: string) => createRun(imageId, { preset, multiScale: true }, "test");
  await expect(start("nuclei")).rejects.toMatchObject({
    code: "bad-input",
    message: "local:nuclei looks at a tile at one scale",
    remedy: "leave multiScale out, or take smaller tiles",
  });
  expect((await start("vehicles")).configuration).toMatchObject({ multiScale: true });
});
