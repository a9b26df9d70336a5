import { expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { readAudit } from "#db/queries/audit.ts";
import { freshDatabase } from "#db/test-database.ts";
import { imagePatchSchema } from "#lib/core/api/images.ts";
import { imageWithRun } from "../findings/finding-fixtures.ts";
import { changeImage } from "./change-image.ts";

freshDatabase();

it("an image is measured as an operator says, where that is a place on the earth", async () => {
  const { imageId } = await imageWithRun();
  const set = async (scale: unknown) =>
    (await changeImage(imageId, imagePatchSchema.parse({ scale }), "token:operator")).scale;
  expect(await set({ micronsPerPixel: 0.25 })).toEqual({ micronsPerPixel: 0.25 });
  expect((await changeImage(imageId, { tags: ["kept"] }, "cli")).scale).toEqual({ micronsPerPixel: 0.25 });

  const ground = { crs: "EPSG:32632", transform: [10, 0, 500_000, 0, -10, 5_600_000] };
  expect(await set(ground)).toEqual(ground);
  await expect(set({ ...ground, crs: "EPSG:999999" })).rejects.toMatchObject({ code: "bad-input" });
  await expect(set({ ...ground, transform: [1, 2, 0, 2, 4, 0] })).rejects.toThrow(/on a line/);
  await expect(set({ micronsPerPixel: 0 })).rejects.toThrow();

  expect(await set(null)).toBeNull();
  const audited = await readAudit(pool(), `image:${imageId}`);
  expect(audited.filter(({ action }) => action === "change-image")).toHaveLength(4);
});
