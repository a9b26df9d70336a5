import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getDocument, OPS } from "pdfjs-dist/legacy/build/pdf.mjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GET as exportRun } from "#app/api/v1/runs/[runId]/export/route.ts";
import { GET as readManifestOf } from "#app/api/v1/runs/[runId]/report/manifest/route.ts";
import { pool } from "#db/client.ts";
import { reportQuery } from "#lib/core/api/reports.ts";
import { classColour } from "#lib/core/detection/class-colour.ts";
import { composeReport } from "#lib/core/report/compose-report.ts";
import { createToken } from "../access/tokens.ts";
import { iiifFixture } from "../pictures/iiif-fixture.ts";
import { openReport } from "./open-report.ts";
import { readReport } from "./read-report.ts";
import { reportedRun } from "./report-fixture.ts";
import { isGood, verifyFile, verifyReport } from "./verify-report.ts";

process.env["TESSERA_REPORT_TITLE"] = "Institut für Übersicht";
process.env["TESSERA_PUBLIC_URL"] = "https://tessera.example/";

const { fixture } = iiifFixture();
let folder: string;
let runId: string;
let findingIds: string[];
let token: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tessera-report-"));
  ({ runId, findingIds } = await reportedRun(fixture.imageId));
  token = (await createToken({ name: "reader", role: "viewer" }, "test")).token;
});
afterAll(() => rm(folder, { recursive: true }));

async function pdfOf(query: Record<string, unknown> = {}): Promise<Buffer> {
  const { pieces } = await openReport(runId, reportQuery.parse(query));
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(Buffer.from(piece));
  return Buffer.concat(parts);
}

async function fileOf(bytes: Buffer | string, name = "report.pdf"): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

/** What another program reads in a PDF: its text, the targets of its links, how many pictures it shows, and what goes along. */
async function readPdf(bytes: Buffer) {
  const task = getDocument({ data: new Uint8Array(bytes), verbosity: 0 });
  const pdf = await task.promise;
  const texts: string[] = [];
  const links: string[] = [];
  let inner = 0;
  let pictures = 0;
  for (let number = 1; number <= pdf.numPages; number++) {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    texts.push(items.map((item) => ("str" in item ? item.str : "")).join(" "));
    for (const note of await page.getAnnotations()) {
      if (typeof note.url === "string") links.push(note.url);
      else if (note.dest) inner++;
    }
    const { fnArray } = await page.getOperatorList();
    pictures += fnArray.filter((operation) => operation === OPS.paintImageXObject).length;
  }
  const attachments = [...((await pdf.getAttachments())?.keys() ?? [])];
  const outline = ((await pdf.getOutline()) ?? []).map(({ title }) => title);
  const { info } = await pdf.getMetadata();
  await task.destroy();
  return {
    pages: texts,
    // The Greek letter and the sign of a millionth look alike and are one glyph.
    text: texts.join(" ").replace(/\s+/g, " ").replaceAll("μ", "µ"),
    links,
    inner,
    pictures,
    attachments,
    outline,
    info,
  };
}

describe("the report as PDF", () => {
  it("is read by another program: text, links, pictures, bookmarks, attachment, page numbers", async () => {
    const read = await readPdf(await pdfOf({ cropCount: 12 }));
    for (const words of [
      "Institut für Übersicht",
      "chart.jpg",
      "0.5 µm per pixel",
      "Baum 木",
      "λάθος",
      "bert@example.org",
    ]) {
      expect(read.text).toContain(words);
    }
    expect(read.text).toContain("75.0%: 187,500 µm² of 250,000 µm²");
    expect(read.text).toContain("meadow, drawn");
    expect(read.pictures).toBe(13);
    expect(read.links).toHaveLength(12);
    expect(
      findingIds.map((id) => `https://tessera.example/images/${fixture.imageId}?run=${runId}&finding=${id}`),
    ).toEqual(expect.arrayContaining(read.links));
    expect(read.inner).toBe(read.outline.length);
    expect(read.outline).toContain("Counts and densities");
    expect(read.attachments).toEqual(["manifest.json"]);
    for (const [index, text] of read.pages.entries())
      expect(text).toContain(`Page ${index + 1} of ${read.pages.length}`);
    expect(read.info).toMatchObject({ Title: "chart.jpg – Institut für Übersicht", Language: "en" });
  });

  it("is the same bytes for the same findings", async () => {
    expect((await pdfOf()).equals(await pdfOf())).toBe(true);
  });

  it("shows the findings that are asked for, and says what it leaves out", async () => {
    const accepted = await readPdf(await pdfOf({ crops: "accepted" }));
    expect(accepted.pictures).toBe(1 + 8);
    const narrowed = await readPdf(await pdfOf({ label: "car", minScore: 0.8, cropCount: 0 }));
    expect(narrowed.pictures).toBe(1);
    expect(narrowed.text).toContain("a part of the findings alone: the class car; certainty of 80.0% or more");
    const sides = await readPdf(await pdfOf({ labelScores: { car: 0.9 }, source: "model", minSide: 12, cropCount: 0 }));
    expect(sides.text).toContain("car from 90.0% on; what a model found; a longer side of 12 px or more");
  });

  it("shows no picture that moderation holds back", async () => {
    await pool().query(
      `UPDATE images SET moderation = '{"verdict":"block","scores":{},"model":"m","reason":null}' WHERE id = $1`,
      [fixture.imageId],
    );
    await new Promise((resolve) => setTimeout(resolve, 600));
    const { pictures, text } = await readPdf(await pdfOf());
    await pool().query(
      `UPDATE images SET moderation = '{"verdict":"pass","scores":{},"model":"m","reason":null}' WHERE id = $1`,
      [fixture.imageId],
    );
    expect(pictures).toBe(0);
    expect(text).toContain("The picture is not shown");
  });

  it("comes as an export of the run, and not of an image", async () => {
    const headers = { authorization: `Bearer ${token}` };
    const request = new Request("http://127.0.0.1/export?format=pdf&cropCount=2", { headers });
    const response = await exportRun(request, { params: Promise.resolve({ runId }) });
    expect(response.headers.get("content-type")).toBe("application/pdf");
    expect(response.headers.get("content-disposition")).toContain('filename="chart.report.pdf"');
    expect(Buffer.from(await response.arrayBuffer()).toString("latin1", 0, 5)).toBe("%PDF-");
  });
});

describe("what the report tells", () => {
  it("is what is in the database", async () => {
    const facts = await readReport(runId, reportQuery.parse({}));
    expect(facts.classes).toMatchObject([
      { label: "car", count: 28, rejected: 2 },
      { label: "Baum 木", count: 10, rejected: 0 },
    ]);
    expect(facts.tiles).toMatchObject({ seenPx: 750_000, wantedPx: 1_000_000, missingCount: 1 });
    expect(facts.reviewers).toMatchObject([{ actor: "bert@example.org", decided: 8 }]);
    const [meadow] = facts.zones;
    expect(meadow).toMatchObject({ label: "meadow", areaPx: 490_000 });
    const { rows } = await pool().query(
      `SELECT count(*)::int AS count FROM findings WHERE run_id = $1 AND review <> 'rejected' AND x + width / 2 < 500
        AND NOT (x + width / 2 BETWEEN 100 AND 200 AND y + height / 2 BETWEEN 100 AND 200)`,
      [runId],
    );
    expect(meadow?.counts.reduce((sum, { count }) => sum + count, 0)).toBe(rows[0].count);
    const binned = [...(facts.sizes?.counts.values() ?? [])].flat().reduce((sum, count) => sum + count, 0);
    expect(binned + (facts.sizes?.above ?? 0)).toBe(38);
    expect(composeReport(facts).sections.map(({ id }) => id)).toEqual([
      "identity",
      "overview",
      "counts",
      "zones",
      "review",
      "findings",
      "coverage",
      "method",
    ]);
  });

  it("has classes in the colours of the run, wherever they are told of", async () => {
    const facts = await readReport(runId, reportQuery.parse({}));
    const configuration = { ...facts.run.configuration, colours: { car: "#010203" } };
    const { sections } = composeReport({ ...facts, run: { ...facts.run, configuration } });
    const usual = JSON.stringify(classColour("car"));
    for (const id of ["overview", "counts", "zones", "review", "findings"]) {
      const told = JSON.stringify(sections.find((section) => section.id === id));
      expect(told, id).toContain("[1,2,3]");
      expect(told, id).not.toContain(usual);
    }
  });
});

describe("a signed report", () => {
  it("still matches as long as nothing has changed", async () => {
    const path = await fileOf(await pdfOf());
    expect(isGood(await verifyReport(path))).toBe(true);
    const [id] = findingIds;
    await pool().query("UPDATE findings SET review = 'rejected' WHERE id = $1", [id]);
    expect(await verifyReport(path)).toMatchObject({ intact: true, ours: true, findings: "changed", image: "same" });
    await pool().query("UPDATE findings SET review = 'accepted' WHERE id = $1", [id]);
    expect(isGood(await verifyReport(path))).toBe(true);
  });

  it("fails for any byte that was changed, left out or added", async () => {
    const good = await pdfOf({ cropCount: 1 });
    const isIntact = async (bytes: Buffer): Promise<boolean> => {
      try {
        const { intact, ours } = await verifyFile(await fileOf(bytes, "tampered.pdf"));
        return intact && ours;
      } catch {
        return false;
      }
    };
    expect(await isIntact(good)).toBe(true);
    const last = good.length - 1200;
    const places = [
      ...Array.from({ length: 400 }, (_, index) => Math.floor((index * last) / 400)),
      ...Array.from({ length: 1200 }, (_, index) => last + index),
    ];
    for (const [index, place] of places.entries()) {
      const tampered = Buffer.from(good);
      tampered[place] = (tampered[place] ?? 0) ^ (1 << (index % 8));
      expect([place, await isIntact(tampered)]).toEqual([place, false]);
    }
    expect(await isIntact(Buffer.concat([good, Buffer.from("\n")]))).toBe(false);
    expect(await isIntact(good.subarray(0, good.length - 1))).toBe(false);
    expect(await isIntact(good.subarray(1))).toBe(false);
  });

  it("has its manifest as a file of its own, which is as hard to change", async () => {
    const headers = { authorization: `Bearer ${token}` };
    const request = new Request("http://127.0.0.1/manifest", { headers });
    const text = await (await readManifestOf(request, { params: Promise.resolve({ runId }) })).text();
    const path = await fileOf(text, "manifest.json");
    expect(isGood(await verifyReport(path))).toBe(true);
    await fileOf(text.replace('"version":1', '"version": 1'), "manifest.json");
    await expect(verifyFile(path)).rejects.toThrow("no signature");
    await fileOf(text.replace(/"count":\d+/, '"count":39'), "manifest.json");
    expect(await verifyFile(path)).toMatchObject({ intact: false, ours: false });
    await fileOf(await readFile(join(import.meta.dirname, "report.db.test.ts")), "other.pdf");
    await expect(verifyFile(join(folder, "other.pdf"))).rejects.toMatchObject({ code: "bad-input" });
  });
});
