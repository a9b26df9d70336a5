/**
 * How well every preset does on every picture with ground truth, beside untiled inference and tiles of a third of the picture.
 *
 *   TESSERA_QUALITY_DATA=FOLDER npm run bench -- quality [PRESET]
 *
 * Writes docs/quality.md where all presets are measured. Text is measured by `npm run bench -- text`.
 */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { projectRoot } from "#lib/config/paths.ts";
import { type EvaluationReport, evaluationOf } from "#lib/core/api/evaluations.ts";
import type { Compared } from "#lib/core/evaluation/evaluate.ts";
import { closeInferencePools } from "#lib/models/registry.ts";
import { type QualityCase, qualityCases } from "./quality/cases.ts";
import { infer } from "./quality/infer.ts";
import { openPage, SETTINGS as settings } from "./quality/open-page.ts";

const IOU = 0.5;
/** Of what the edge of a known part cuts, at least this much lies in it, or it is left out. */
const IN_PART = 0.3;
type Ways = { preset: Compared[]; untiled: Compared[]; thirds: Compared[] };
type Result = { case: QualityCase; tiles: number; truths: Compared[]; ways: Ways };

const inferred = new Map<string, Promise<{ tiles: number; ways: Ways }>>();

function inferAll(file: string, preset: string): Promise<{ tiles: number; ways: Ways }> {
  const key = `${preset} ${file}`;
  const known = inferred.get(key);
  if (known) return known;
  const all = (async () => {
    const page = await openPage(file);
    const own = await infer(page, preset, settings);
    const untiled = await infer(page, preset, settings, null);
    const thirds = await infer(page, preset, settings, { columns: 3, rows: 3, overlap: 0.6 });
    return { tiles: own.tiles, ways: { preset: own.findings, untiled: untiled.findings, thirds: thirds.findings } };
  })();
  inferred.set(key, all);
  return all;
}

async function measure(data: string, one: QualityCase): Promise<Result> {
  const { tiles, ways } = await inferAll(path.join(data, one.picture), one.preset);
  const known = (findings: readonly Compared[]) => inPart(findings, one);
  const truths = await one.readTruth();
  return {
    ...{ case: one, tiles, truths },
    ways: { preset: known(ways.preset), untiled: known(ways.untiled), thirds: known(ways.thirds) },
  };
}

/** What lies in the known part, cut at its edge as the truth is; with labels of the truth where they count as one. */
function inPart(findings: readonly Compared[], { part, accepts = {} }: QualityCase): Compared[] {
  const named = findings.map((finding) => {
    const own = Object.entries(accepts).find(([, labels]) => labels.includes(finding.label));
    return own ? { ...finding, label: own[0] } : finding;
  });
  if (!part) return named;
  const [left, top, width, height] = part;
  return named.flatMap((finding) => {
    const [x, y, w, h] = finding.box;
    const [x0, y0] = [Math.max(left, x), Math.max(top, y)];
    const [x1, y1] = [Math.min(left + width, x + w), Math.min(top + height, y + h)];
    const isIn = x1 > x0 && y1 > y0 && (x1 - x0) * (y1 - y0) >= IN_PART * w * h;
    return isIn ? [{ ...finding, box: [x0, y0, x1 - x0, y1 - y0] as const }] : [];
  });
}

const share = (value: number | null | undefined): string =>
  value === null || value === undefined ? "–" : value.toFixed(2);

/** Objects of all pictures of a preset together, each picture a page of its own. */
function together(results: readonly Result[], way: keyof Ways): EvaluationReport {
  const apart = (list: readonly Compared[], page: number) => list.map((each) => ({ ...each, page }));
  return evaluationOf("", {
    iou: IOU,
    findings: results.flatMap(({ ways }, page) => apart(ways[way], page)),
    truths: results.flatMap(({ truths }, page) => apart(truths, page)),
  });
}

function summary(preset: string, results: readonly Result[]): string[] {
  const [own, untiled, thirds] = [
    together(results, "preset"),
    together(results, "untiled"),
    together(results, "thirds"),
  ];
  return own.classes
    .filter(({ truths }) => truths > 0)
    .map((measures) => {
      const f1 = (report: EvaluationReport) => share(report.classes.find(({ label }) => label === measures.label)?.f1);
      const { label, truths, precision, recall, ap50, ap } = measures;
      const cells = [preset, label, results.length, truths, ...[precision, recall, measures.f1, ap50, ap].map(share)];
      return `| ${[...cells, f1(untiled), f1(thirds)].join(" | ")} |`;
    });
}

function detail({ case: one, tiles, truths, ways }: Result): string {
  const report = (findings: Compared[]) => evaluationOf("", { iou: IOU, findings, truths });
  const own = report(ways.preset);
  const classes = own.classes
    .filter((each) => each.truths > 0)
    .map(({ label, f1, truePositives, truths: all }) => `${label} ${share(f1)} (${truePositives}/${all})`);
  const place = one.part ? ` at ${one.part.slice(0, 2).join(", ")}` : "";
  const f1s = [ways.untiled, ways.thirds].map((findings) => share(report(findings).overall.f1));
  return `| ${[one.preset, `${path.basename(one.picture)}${place}`, tiles, classes.join(", "), ...f1s].join(" | ")} |`;
}

function document(results: readonly Result[]): string {
  const presets = [...new Set(results.map((result) => result.case.preset))];
  const of = (preset: string) => results.filter((result) => result.case.preset === preset);
  const truths = presets.map(
    (preset) => `- ${preset}: ${[...new Set(of(preset).map((result) => result.case.truth))].join("; ")}`,
  );
  return `# Quality

What the presets find on pictures with ground truth, with the embedded models and nothing changed, at IoU ${IOU}. Written by
\`TESSERA_QUALITY_DATA=FOLDER npm run bench -- quality\`. _Untiled_ is the whole picture in one look; _thirds_ cuts it in three by three tiles with
much overlap: what comes of it should be the same as whole, where the model learns from the picture before its tiles.

The truth:

${truths.join("\n")}

Which pictures a method was made on is said in the records of its decisions ([round cells](decisions/040-round-cells-by-stars.md),
[nuclei](decisions/041-nuclei-are-convex.md)).

| preset | class | pictures | objects | precision | recall | F1 | AP.5 | AP.5:.95 | F1 untiled | F1 thirds |
| ------ | ----- | -------: | ------: | --------: | -----: | -: | ---: | -------: | ---------: | --------: |
${presets.flatMap((preset) => summary(preset, of(preset))).join("\n")}

## By picture

| preset | picture | tiles | F1 by class (found/all) | F1 untiled | F1 thirds |
| ------ | ------- | ----: | ----------------------- | ---------: | --------: |
${results.map(detail).join("\n")}
`;
}

const data = process.env["TESSERA_QUALITY_DATA"] ?? path.join(projectRoot(), "..", "data");
const [wanted] = process.argv.slice(2).filter((word) => word !== "quality");
if (!existsSync(data)) {
  process.stderr.write("name the folder of the pictures with ground truth in TESSERA_QUALITY_DATA\n");
  process.exitCode = 2;
} else {
  const cases = (await qualityCases(data)).filter(({ preset }) => wanted === undefined || preset === wanted);
  const results: Result[] = [];
  for (const one of cases) {
    const result = await measure(data, one);
    results.push(result);
    process.stderr.write(`${detail(result)}\n`);
  }
  const text = document(results);
  process.stdout.write(text);
  if (wanted === undefined) await writeFile(path.join(projectRoot(), "docs", "quality.md"), text);
  await closeInferencePools();
}
