import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { z } from "zod";
import { contactSheet } from "#e2e/support/contact-sheet.ts";
import { tessera } from "#e2e/support/server.ts";
import { readAnswers, toleranceOf } from "#lib/imaging/answers/answers.ts";
import { IMAGE_BLOBS } from "#lib/storage/image-blobs.ts";

/** Pictures that others published, through one `ingest --json`; the test runs where they lie beside the project. */
const DATA = process.env["TESSERA_TEST_DATA"] ?? join(import.meta.dirname, "..", "..", "shared", "data");
/** Files that a stated reason keeps out, at most. */
const MOST_REFUSED = 3;

const imageSchema = z.object({
  name: z.string(),
  sha256: z.string(),
  state: z.string(),
  error: z.string().nullable(),
  pageSizes: z.array(z.object({ width: z.number(), height: z.number() })).optional(),
  scale: z
    .union([z.object({ micronsPerPixel: z.number() }), z.object({ crs: z.string(), transform: z.array(z.number()) })])
    .nullish(),
  samples: z
    .array(
      z.object({
        page: z.number(),
        pixels: z.array(z.tuple([z.number(), z.number(), z.number(), z.number(), z.number()])),
      }),
    )
    .optional(),
});

test.setTimeout(3_600_000);

test("ingest tells of every real file the size, pages, place and colours that vips, OpenSlide and GDAL tell", async () => {
  // To look at afterwards: test-results/contact-sheet.png.
  const ready: { name: string; path: string }[] = [];
  const files = Object.entries(readAnswers()).flatMap(([name, answer]) => {
    const path = join(DATA, name);
    return existsSync(path) ? [{ name, path, answer }] : [];
  });
  test.skip(files.length === 0, "the files are not there");
  const base = await mkdtemp(join(tmpdir(), "tessera-real-"));
  try {
    const { stdout, stderr } = await tessera(base, ["ingest", ...files.map(({ path }) => path), "--json"]);
    const images = z.array(imageSchema).parse(JSON.parse(stdout || `"${stderr}"`));
    expect(images).toHaveLength(files.length);
    const refused: string[] = [];
    let compared = 0;
    for (const [index, { name, answer }] of files.entries()) {
      const image = images[index];
      if (image?.state !== "ready") {
        refused.push(`${name}: ${image?.state}, ${image?.error}`);
        continue;
      }
      ready.push({ name: image.name, path: join(base, "blobs", IMAGE_BLOBS.thumbnail(image.sha256)) });
      const sizes = image.pageSizes?.map(({ width, height }) => ({ width, height }));
      expect.soft(sizes, name).toEqual(answer.pages.map(({ width, height }) => ({ width, height })));
      if (answer.epsg !== undefined) expect.soft(image.scale, name).toMatchObject({ crs: `EPSG:${answer.epsg}` });
      if (answer.micronsPerPixel !== undefined) {
        const microns = expect.closeTo(answer.micronsPerPixel, 6);
        expect.soft(image.scale, name).toEqual({ micronsPerPixel: microns });
      }
      for (const { page, pixels } of image.samples ?? []) {
        expect.soft(pixels, name).toHaveLength(12);
        for (const [x, y, ...colour] of pixels) {
          const known = answer.pages[page]?.samples.find(([otherX, otherY]) => otherX === x && otherY === y);
          if (!known) continue;
          const apart = Math.max(...colour.map((value, band) => Math.abs(value - (known[band + 2] ?? 0))));
          expect
            .soft(apart, `${name}, page ${page} at ${x}, ${y}: ${colour} and not ${known}`)
            .toBeLessThanOrEqual(toleranceOf(answer, page));
          compared += 1;
        }
      }
    }
    await contactSheet("test-results/contact-sheet.png", ready);
    console.log(`${files.length} files, ${compared} colours compared; not ready: ${refused.join("; ") || "none"}`);
    expect(compared).toBeGreaterThan(files.length);
    expect(refused.length).toBeLessThanOrEqual(MOST_REFUSED);
  } finally {
    await rm(base, { recursive: true, force: true });
  }
});
