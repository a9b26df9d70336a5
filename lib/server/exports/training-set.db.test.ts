import sharp from "sharp";
import { expect, it } from "vitest";
import { z } from "zod";
import { sourceOfBytes } from "#lib/core/formats/source.ts";
import { readZip } from "#lib/core/formats/zip-read.ts";
import { iiifFixture } from "../pictures/iiif-fixture.ts";
import { reportedRun } from "../reports/report-fixture.ts";
import { openExport, previewExport } from "./open-export.ts";

const { fixture } = iiifFixture();

/** The files of an export that is a zip. */
async function filesOf(pieces: AsyncIterable<string | Uint8Array>): Promise<Map<string, Buffer>> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(typeof piece === "string" ? Buffer.from(piece) : piece);
  const files = new Map<string, Buffer>();
  for (const entry of await readZip(sourceOfBytes(Buffer.concat(parts)))) {
    const bytes: Uint8Array[] = [];
    for await (const piece of entry.read()) bytes.push(piece);
    files.set(entry.path, Buffer.concat(bytes));
  }
  return files;
}

it("a training set holds tiles and their labels, each object in one part alone", async () => {
  const { runId } = await reportedRun(fixture.imageId);
  const query = { format: "training", space: "ground", tile: 250, validation: 0.3 } as const;
  const exported = await openExport({ runId }, query);
  expect(exported.fileName).toBe("chart.training.zip");
  expect(await previewExport({ runId }, query)).toEqual({ count: exported.count, losses: exported.losses });
  const files = await filesOf(exported.pieces);
  const cocoSchema = z.object({
    images: z.array(z.object({ id: z.number(), file_name: z.string(), width: z.number() })),
    annotations: z.array(z.object({ image_id: z.number(), bbox: z.array(z.number()) })),
  });
  for (const part of ["train", "val"]) {
    const coco = cocoSchema.parse(JSON.parse(files.get(`annotations/${part}.json`)?.toString() ?? ""));
    expect(coco.images.length).toBeGreaterThan(1);
    for (const { id, file_name: path, width } of coco.images) {
      expect(await sharp(files.get(path)).metadata()).toMatchObject({ format: "jpeg", width });
      const labels = files.get(path.replace("images", "labels").replace(".jpg", ".txt"))?.toString() ?? "";
      expect(labels.split("\n").length - 1).toBe(coco.annotations.filter((each) => each.image_id === id).length);
    }
  }
  expect(files.get("data.yaml")?.toString()).toContain('  0: "Baum 木"\n  1: "car"\n');
  // Tiles of the parts lie on either side of a border.
  const left = (part: string): number[] =>
    [...files.keys()].flatMap((path) => new RegExp(`^images/${part}/.*_x(\\d+)_`).exec(path)?.[1] ?? []).map(Number);
  expect(Math.max(...left("train"))).toBeLessThan(Math.min(...left("val")));
});

it("nothing is to be learnt from nothing", async () => {
  const query = { format: "training", space: "ground", label: ["unicorn"] } as const;
  const { runId } = await reportedRun(fixture.imageId);
  await expect(openExport({ runId }, { ...query, label: [...query.label] })).rejects.toMatchObject({
    code: "bad-input",
  });
});

it("has its places in pixels alone: another coordinate system is refused, not passed over", async () => {
  const query = { format: "training", space: "source" } as const;
  const { runId } = await reportedRun(fixture.imageId);
  for (const open of [openExport, previewExport]) {
    await expect(open({ runId }, query)).rejects.toMatchObject({ code: "bad-input" });
    await expect(open({ runId }, { ...query, format: "pdf" })).rejects.toMatchObject({ code: "bad-input" });
  }
});
