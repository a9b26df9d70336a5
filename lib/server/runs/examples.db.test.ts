import { expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { findRun } from "#db/queries/runs.ts";
import { freshDatabase } from "#db/test-database.ts";
import { detect, imageWithRun, type Spot } from "../findings/finding-fixtures.ts";
import { createRun } from "./create-run.ts";
import { examplesFor, readExampleCounts } from "./examples.ts";

freshDatabase();

const accepted = (spots: Spot[]): Spot[] => spots.map((spot) => ({ review: "accepted", ...spot }));
const FOUR: Spot[] = [0, 1, 2, 3].map((at) => ({ x: 100 * at, label: "tree" }));

it("refuses a run without examples, saying how to give some", async () => {
  const { imageId } = await imageWithRun();
  const start = createRun(imageId, { preset: "trees" }, "test");
  await expect(start).rejects.toMatchObject({
    code: "bad-input",
    message: expect.stringContaining('learns from examples of "tree"'),
    remedy: expect.stringContaining("draw a box around at least 3"),
  });
  await expect(createRun(imageId, { preset: "examples" }, "test")).rejects.toThrow(/none is marked/);
});

it("freezes what is accepted and rejected into the run's configuration, and makes tiles large enough", async () => {
  const place = await imageWithRun();
  await detect(place, [
    ...accepted([...FOUR, { x: 0.5, label: "Tree" }, { x: 5000, label: "tree", size: 400 }]),
    { x: 900, label: "tree", review: "rejected" },
    { x: 950, label: "tree" },
    ...accepted([{ x: 7000, label: "car" }]),
  ]);
  const run = await createRun(place.imageId, { preset: "trees" }, "test");
  const { examples, classes, tiling, wholePicture } = run.configuration;
  expect(examples?.positives).toHaveLength(5);
  expect(examples?.positives).toContainEqual([0, 5000, 20, 400, 400]);
  expect(examples?.negatives).toEqual([[0, 900, 20, 30, 30]]);
  expect({ classes, wholePicture }).toEqual({ classes: [examples?.label], wholePicture: false });
  expect(tiling).toEqual({ tile: 1856, overlap: 0.3 });
  // What is decided later does not reach the run.
  await detect(place, accepted([{ x: 8000, label: "tree" }]));
  expect((await findRun(pool(), run.id))?.configuration.examples).toEqual(examples);
});

it("asks which label is meant where several are marked, and teaches one at a time", async () => {
  const place = await imageWithRun();
  await detect(place, accepted([...FOUR, ...FOUR.map((spot) => ({ ...spot, y: 500, label: "car" }))]));
  await expect(examplesFor(place.imageId, [])).rejects.toMatchObject({ remedy: expect.stringContaining("car, tree") });
  await expect(examplesFor(place.imageId, ["car", "tree"])).rejects.toThrow(/one label at a time/);
  expect((await examplesFor(place.imageId, ["CAR"])).label).toBe("car");
  expect(await readExampleCounts(place.imageId)).toEqual([
    { label: "car", positives: 4, negatives: 0 },
    { label: "tree", positives: 4, negatives: 0 },
  ]);
});
