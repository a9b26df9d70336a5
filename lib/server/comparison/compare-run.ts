import { pool } from "#db/client.ts";
import { openFindingSnapshot } from "#db/queries/findings-export.ts";
import type { FindingConditions } from "#db/queries/findings-filter.ts";
import { findRun } from "#db/queries/runs.ts";
import type { ComparedPart, CompareExportQuery, CompareQuery, ComparisonSummary } from "#lib/core/api/comparisons.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { type Comparison, compare } from "#lib/core/evaluation/compare.ts";
import type { Compared } from "#lib/core/evaluation/evaluate.ts";
import { type Export, openExportOf } from "../exports/export-findings.ts";

/** Findings of one side that are held in memory at most. */
const MOST = 1_000_000;

type Side = Compared & { id: string };
type Sides = {
  imageId: string;
  here: Side[];
  there: Side[];
  filters: { here: FindingConditions; there: FindingConditions };
};

/** Compares a run with another of its image, or with what was imported or drawn there. Throws `not-found`, `bad-input`. */
export async function compareRun(runId: string, query: CompareQuery): Promise<ComparisonSummary> {
  const sides = await readSides(runId, query);
  return summarize(sides, compare(sides.here, sides.there, query.iou), query.iou);
}

/** Opens an export of one part of a comparison. Throws as `compareRun` and `openExport` do. */
export async function openComparedExport(runId: string, query: CompareExportQuery): Promise<Export> {
  const sides = await readSides(runId, query);
  const ids = idsOf(sides, compare(sides.here, sides.there, query.iou), query.part);
  const filter = query.part === "only-there" ? sides.filters.there : sides.filters.here;
  return openExportOf({ ...filter, ids }, [], { format: query.format, space: query.space }, query.part);
}

async function readSides(runId: string, query: CompareQuery): Promise<Sides> {
  const run = await findRun(pool(), runId);
  if (!run) throw new TesseraError("not-found", "there is no such run");
  const { imageId } = run;
  const filters = {
    here: filterOf(imageId, { run: runId }),
    there: filterOf(imageId, await otherOf(imageId, query.with)),
  };
  return { imageId, filters, here: await readSide(filters.here), there: await readSide(filters.there) };
}

function filterOf(imageId: string, which: Partial<FindingConditions>): FindingConditions {
  return { imageId, notReview: "rejected", ...which };
}

async function otherOf(imageId: string, other: CompareQuery["with"]): Promise<Partial<FindingConditions>> {
  if (other === "imported") return { source: "import" };
  if (other === "drawn") return { source: "person" };
  if ((await findRun(pool(), other))?.imageId === imageId) return { run: other };
  throw new TesseraError("bad-input", "the run's image has no such other run");
}

async function readSide(filter: FindingConditions): Promise<Side[]> {
  const { counts, rows, close } = await openFindingSnapshot(filter);
  try {
    if (counts.all > MOST) throw new TesseraError("too-large", `at most ${MOST} findings are compared at once`);
    const side: Side[] = [];
    for await (const { id, page, label, score, x, y, width, height } of rows) {
      side.push({ id, page, label, score, box: [x, y, width, height] });
    }
    return side;
  } finally {
    await close();
  }
}

function idsOf({ here, there }: Sides, found: Comparison, part: ComparedPart): string[] {
  const id = (side: readonly Side[], index: number): string => side[index]?.id ?? "";
  switch (part) {
    case "matched":
    case "renamed":
      return found[part].map((pair) => id(here, pair.here));
    case "only-here":
      return found.onlyHere.map((index) => id(here, index));
    case "only-there":
      return found.onlyThere.map((index) => id(there, index));
  }
}

function summarize({ imageId, here, there }: Sides, found: Comparison, iou: number): ComparisonSummary {
  const { matched, renamed } = found;
  const perClass = new Map<string, { here: number; there: number; matched: number }>();
  const count = (label: string, what: "here" | "there" | "matched"): void => {
    const counts = perClass.get(label) ?? { here: 0, there: 0, matched: 0 };
    counts[what]++;
    perClass.set(label, counts);
  };
  for (const { label } of here) count(label, "here");
  for (const { label } of there) count(label, "there");
  for (const pair of matched) count(here[pair.here]?.label ?? "", "matched");
  const names = Map.groupBy(renamed, (pair) => JSON.stringify([here[pair.here]?.label, there[pair.there]?.label]));
  return {
    imageId,
    iou,
    ...measure({ here: here.length, there: there.length, matched: matched.length }),
    onlyHere: found.onlyHere.length,
    onlyThere: found.onlyThere.length,
    renamed: renamed.length,
    meanIou: matched.length === 0 ? null : matched.reduce((sum, pair) => sum + pair.iou, 0) / matched.length,
    classes: [...perClass]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([label, counts]) => {
        return { label, ...measure(counts) };
      }),
    names: [...names.values()]
      .map((pairs) => {
        const [first] = pairs;
        return {
          here: here[first?.here ?? -1]?.label ?? "",
          there: there[first?.there ?? -1]?.label ?? "",
          count: pairs.length,
        };
      })
      .sort((one, other) => other.count - one.count || (one.here < other.here ? -1 : 1)),
  };
}

function measure({ here, there, matched }: { here: number; there: number; matched: number }) {
  const agreement = here + there === 0 ? null : (2 * matched) / (here + there);
  return { here, there, matched, onlyHere: here - matched, onlyThere: there - matched, agreement };
}
