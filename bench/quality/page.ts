import path from "node:path";
import { type EvaluationReport, evaluationOf } from "#lib/core/api/evaluations.ts";
import type { Compared } from "#lib/core/evaluation/evaluate.ts";
import type { DocumentCase, DocumentResult } from "./documents.ts";
import { IOU, type Result, together, type Ways } from "./measure.ts";
import type { FolderVerdicts } from "./moderation.ts";
import { meanOf, type TreeResult } from "./trees.ts";

export type PageResult = { page: DocumentCase; read: DocumentResult; untiled: DocumentResult | null };
/** All that was measured. */
export type Measured = {
  boxes: readonly Result[];
  trees: readonly TreeResult[];
  pages: readonly PageResult[];
  verdicts: readonly FolderVerdicts[];
};

/** The page of quality, in Markdown. */
export function qualityPage({ boxes, trees, pages, verdicts }: Measured): string {
  const presets = [...new Set(boxes.map((result) => result.case.preset))];
  const of = (preset: string) => boxes.filter((result) => result.case.preset === preset);
  const truths = presets.map(
    (preset) => `- ${preset}: ${[...new Set(of(preset).map((result) => result.case.truth))].join("; ")}`,
  );
  return `# Quality

What the presets find on pictures with ground truth, with the embedded models and nothing changed, at IoU ${IOU}. Written by
\`TESSERA_QUALITY_DATA=FOLDER npm run bench -- quality\`. _Untiled_ is the whole picture in one look, at the size at which the model sees it;
_thirds_ cuts it in three by three tiles with much overlap: what comes of it should be the same as whole, where the model learns from the
picture before its tiles.

Tiles find more wherever a picture is larger than its model sees in one look: on the slide, on the motorway, and on the poster of text. A smear,
the fluorescence example, the smaller H&E picture and the woods are read pixel by pixel in one look, too: there tiles must lose nothing. The cars in
the desert are large.

The truth:

${truths.join("\n")}
- trees: boxes of DeepForest; text: pages and texts of the tests of Tesseract and OCRmyPDF

BCCD leaves out many cells that lie at the edge or under others: most findings that count as wrong there lie on a cell that is there to the
eye. Where only vehicles are marked, findings of other kinds are left out. Which pictures a method was made on is said in the records of its
decisions ([round cells](decisions/040-round-cells-by-stars.md), [nuclei](decisions/041-nuclei-are-convex.md),
[examples](decisions/042-examples-teach-linear-windows.md), [words](decisions/045-words-are-findings.md)).

${table(
  [
    "preset",
    "class",
    "pictures",
    "objects",
    "precision",
    "recall",
    "F1",
    "AP.5",
    "AP.5:.95",
    "F1 untiled",
    "F1 thirds",
  ],
  2,
  presets.flatMap((preset) => summary(preset, of(preset))),
)}

## By picture

F1 untiled and thirds are of all classes together.

${table(["preset", "picture", "tiles", "F1 by class (found/all)", "F1", "F1 untiled", "F1 thirds"], 2, boxes.map(detail))}

## Trees, learnt from ten of them

The examples are drawn at random; the rest of the picture counts, at IoU 0.4. One look sees these pictures pixel by pixel, too: tiles gain
nothing and should lose nothing.

${table(["picture", "crowns", "examples", "mean F1", "of each draw", "F1 untiled"], 1, trees.map(treeRow))}

## Text

Error rates of characters and words; a page up to 4096 pixels a side is one tile.

${table(["page", "kind", "turned", "scale", "tiles", "characters", "words", "characters untiled"], 2, pages.map(pageRow))}

Mean of clean pages ${errors(pages, "clean")}, of skewed ones ${errors(pages, "skewed")}, of pages on their side or head ${errors(pages, "turned")}.

## Moderation

Every page of every picture as ingest shows it to the embedded classifier. None of them is explicit: what is blocked is a false alarm.
Files that cannot be read end ingest before. Blocked: ${blockedFiles(verdicts)}.

${table(["folder", "files", "unreadable", "pages judged", "blocked", "most explicit", "most suggestive"], 1, verdicts.map(verdictRow))}
`;
}

/** A line of the table by picture. */
export function detail({ case: one, tiles, truths, ways }: Result): Cell[] {
  const report = (findings: Compared[]) => evaluationOf("", { iou: IOU, findings, truths });
  const own = report(ways.preset);
  const classes = own.classes
    .filter((each) => each.truths > 0)
    .map(({ label, f1, truePositives, truths: all }) => `${label} ${share(f1)} (${truePositives}/${all})`);
  const place = one.part ? ` at ${one.part.slice(0, 2).join(", ")}` : "";
  const f1s = [ways.preset, ways.untiled, ways.thirds].map((findings) => share(report(findings).overall.f1));
  return [one.preset, `${path.basename(one.picture)}${place}`, tiles, classes.join(", "), ...f1s];
}

type Cell = string | number;

/** A table whose first `words` columns are words and whose others are numbers. */
function table(head: readonly string[], words: number, rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]) => `| ${cells.join(" | ")} |`;
  return [head, head.map((_, at) => (at < words ? "---" : "---:")), ...rows].map(line).join("\n");
}

function summary(preset: string, results: readonly Result[]): Cell[][] {
  const way = (name: keyof Ways): EvaluationReport => together(results, name);
  const [own, untiled, thirds] = [way("preset"), way("untiled"), way("thirds")];
  return own.classes
    .filter(({ truths }) => truths > 0)
    .map(({ label, truths, precision, recall, f1: ownF1, ap50, ap }) => {
      const f1 = (report: EvaluationReport) => share(report.classes.find((each) => each.label === label)?.f1);
      const shares = [precision, recall, ownF1, ap50, ap].map(share);
      return [preset, label, results.length, truths, ...shares, f1(untiled), f1(thirds)];
    });
}

function treeRow({ picture, objects, examples, tiled, untiled }: TreeResult): Cell[] {
  const draws = tiled.map(share).join(" ");
  return [picture, objects, examples, share(meanOf(tiled)), draws, share(meanOf(untiled))];
}

function pageRow({ page, read, untiled }: PageResult): Cell[] {
  const { characterErrorRate, wordErrorRate, tiles } = read;
  const errorRates = [characterErrorRate, wordErrorRate, untiled ? untiled.characterErrorRate : characterErrorRate];
  return [page.file, page.kind, page.turn ?? 0, page.scale ?? 1, tiles, ...errorRates.map(rate)];
}

function errors(pages: readonly PageResult[], kind: DocumentCase["kind"]): string {
  const rates = pages.filter(({ page }) => page.kind === kind).map(({ read }) => read.characterErrorRate ?? 1);
  return `${rate(meanOf(rates))} (${rate(Math.max(...rates))} at most)`;
}

function verdictRow({ folder, files, unreadable, judged }: FolderVerdicts): Cell[] {
  const most = (values: number[]) => share(Math.max(0, ...values));
  const blocked = judged.filter(({ isBlocked }) => isBlocked);
  const explicit = most(judged.map((each) => each.explicit));
  return [
    ...[folder, files, unreadable, judged.length, blocked.length, explicit],
    most(judged.map((each) => each.suggestive)),
  ];
}

function blockedFiles(verdicts: readonly FolderVerdicts[]): string {
  const blocked = verdicts.flatMap(({ judged }) => judged.filter(({ isBlocked }) => isBlocked));
  return blocked.map(({ file, explicit }) => `${file} (${share(explicit)})`).join(", ") || "none";
}

function share(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : value.toFixed(2);
}

function rate(value: number | null): string {
  return value === null ? "–" : value.toFixed(3);
}
