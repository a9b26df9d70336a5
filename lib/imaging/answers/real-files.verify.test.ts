import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "#lib/config/paths.ts";
import { probeImage } from "../probe.ts";
import type { RgbPixels } from "../types.ts";
import { readAnswers } from "./answers.ts";
import { comparePixels, compareProbe } from "./compare.ts";

/** Pictures that others published, too large for this repository; the tests run where they lie beside the project. */
const DATA = process.env["TESSERA_TEST_DATA"] ?? join(projectRoot(), "..", "shared", "data");
const SHEETS = join(projectRoot(), "test-results", "contact-sheets");
const CELL = 250;
const COLUMNS = 6;

const files = Object.entries(readAnswers()).flatMap(([name, answer]) => {
  const path = join(DATA, name);
  return existsSync(path) ? [{ name, path, answer }] : [];
});
const shown = new Map<string, RgbPixels[]>();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "real-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(files.length === 0)("vips, OpenSlide and GDAL say the same of the real file", () => {
  it.each(files)("$name", async ({ name, path, answer }) => {
    compareProbe(await probeImage(path, { maxPixels: 20e9 }), answer);
    shown.set(name, await comparePixels(path, answer, join(folder, name.replaceAll("/", "-"))));
    expect(shown.get(name)?.length).toBeGreaterThan(0);
  });

  it("all of them look right on a contact sheet, for somebody to look at", async () => {
    await mkdir(SHEETS, { recursive: true });
    for (const group of new Set(files.map(({ name }) => name.split("/")[0]))) {
      const cells = [...shown].filter(([name]) => name.startsWith(`${group}/`)).flatMap(([, pictures]) => pictures);
      if (cells.length === 0) continue;
      const rows = Math.ceil(cells.length / COLUMNS);
      const sheet = sharp({
        create: { width: COLUMNS * CELL, height: rows * CELL, channels: 3, background: "#246" },
      }).composite(
        await Promise.all(
          cells.map(async ({ data, width, height }, index) => ({
            input: await sharp(data, { raw: { width, height, channels: 3 } })
              .png()
              .toBuffer(),
            left: (index % COLUMNS) * CELL,
            top: Math.floor(index / COLUMNS) * CELL,
          })),
        ),
      );
      await sheet.png().toFile(join(SHEETS, `${group}.png`));
    }
    expect(shown.size).toBe(files.length);
  });
});
