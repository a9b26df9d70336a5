import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { tileModel } from "../../registry.ts";
import { packagesDirectory } from "../pools.ts";
import { openTextEngine } from "./engine.ts";
import { missingLanguages, trainedDataPath } from "./languages.ts";

const root = await mkdtemp(path.join(tmpdir(), "languages-"));
const packages = path.join(root, "node_modules");
afterAll(() => rm(root, { recursive: true }));

/** A package as it is installed: with the data in the form that is read, or in others alone. */
async function install(language: string, form: string): Promise<void> {
  const folder = path.join(packages, "@tesseract.js-data", language, form);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, `${language}.traineddata.gz`), "data");
}
await install("deu", "4.0.0_best_int");
await install("fra", "4.0.0");
await mkdir(trainedDataPath("ita", packages), { recursive: true });

test("a language is there where the file is that the recogniser reads, and a package without it counts as missing", () => {
  expect(missingLanguages("deu", packages)).toEqual([]);
  expect(missingLanguages("fra+deu+spa+ita", packages)).toEqual(["fra", "spa", "ita"]);
  expect(missingLanguages("eng", packagesDirectory())).toEqual([]);
});

test("the recogniser reads that very file", async () => {
  // Its own code comes from the packages that are installed; a language that is not says which file was looked for.
  const read = openTextEngine("xyz", packagesDirectory());
  await expect(read).rejects.toMatchObject({ code: "ENOENT", path: trainedDataPath("xyz", packagesDirectory()) });
});

test("a model with such a language is refused, naming the packages to install", () => {
  vi.stubEnv("TESSERA_ROOT", root);
  const keys = {
    openai: undefined,
    anthropic: undefined,
    google: undefined,
    gateway: undefined,
    openaiCompatible: undefined,
  };
  expect(tileModel("local:text:deu", { keys }).id).toBe("local:text:deu");
  expect(() => tileModel("local:text:deu+fra+spa", { keys })).toThrow(
    expect.objectContaining({
      kind: "run-fatal",
      message: "fra, spa cannot be read: no data of the language is installed",
      remedy: "npm install @tesseract.js-data/fra @tesseract.js-data/spa, or use local:text",
    }),
  );
  vi.unstubAllEnvs();
});
