import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { freshDatabase } from "#db/test-database.ts";
import { importQuery } from "#lib/core/api/imports.ts";
import { detect, imageWithRun } from "../findings/finding-fixtures.ts";
import { fileSource } from "../imports/file-source.ts";
import { importFindings } from "../imports/import-findings.ts";
import { evaluateAgainst, evaluateRun } from "./evaluate-run.ts";

freshDatabase();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tessera-evaluate-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function place() {
  const ids = await imageWithRun();
  await pool().query(`UPDATE runs SET configuration = configuration || '{"pages":[0],"classes":[]}' WHERE id = $1`, [
    ids.runId,
  ]);
  return ids;
}

async function truthFile(): Promise<string> {
  const file = join(folder, "truth.csv");
  await writeFile(file, "label,x,y,width,height\ncar,12,10,100,100\ncar,700,700,50,50\nbus,x,1,1,1\n");
  return file;
}

describe("evaluation of a run", () => {
  it("is against a file of any format, whose bad entries are told", async () => {
    const here = await place();
    await detect(here, [
      { x: 10, y: 10, size: 100 },
      { x: 400, y: 400, size: 100 },
    ]);
    const { report, failures } = await evaluateAgainst(here.runId, await fileSource(await truthFile()), { iou: 0.5 });
    expect(report.overall).toMatchObject({
      truths: 2,
      findings: 2,
      truePositives: 1,
      precision: 0.5,
      recall: 0.5,
      f1: 0.5,
    });
    expect(report.classes).toMatchObject([{ label: "car", ap50: expect.closeTo(51 / 101, 6) }]);
    expect(failures).toHaveLength(1);
  });

  it("is against what was imported, of which there must be something", async () => {
    const here = await place();
    await detect(here, [{ x: 10, y: 10, size: 100 }]);
    await expect(evaluateRun(here.runId, { iou: 0.5 })).rejects.toMatchObject({ code: "bad-input" });
    const query = importQuery.parse({ duplicates: "add" });
    await importFindings(here.imageId, await fileSource(await truthFile()), query, "test");
    expect((await evaluateRun(here.runId, { iou: 0.5 })).overall).toMatchObject({ truths: 2, truePositives: 1 });
    expect((await evaluateRun(here.runId, { iou: 0.99 })).overall).toMatchObject({ truePositives: 0 });
  });
});
