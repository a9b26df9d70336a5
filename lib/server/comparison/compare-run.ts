import type { FindingConditions } from "#db/queries/findings-filter.ts";
import type { ComparedPart, CompareExportQuery, CompareQuery, ComparisonSummary } from "#lib/core/api/comparisons.ts";
import { type Comparison, compare } from "#lib/core/evaluation/compare.ts";
import { type Export, openExportOf } from "../exports/export-findings.ts";
import { readSet, type SetMember } from "../findings/finding-sets.ts";
import { requireRun } from "../runs/read-run.ts";
import { conditionsOfSide } from "./conditions-of-side.ts";

type Sides = {
  imageId: string;
  here: SetMember[];
  there: SetMember[];
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
  const { imageId } = await requireRun(runId);
  const filters = {
    here: await conditionsOfSide(imageId, runId),
    there: await conditionsOfSide(imageId, query.with),
  };
  return { imageId, filters, here: await readSet(filters.here), there: await readSet(filters.there) };
}

function idsOf({ here, there }: Sides, found: Comparison, part: ComparedPart): string[] {
  const id = (side: readonly SetMember[], index: number): string => side[index]?.id ?? "";
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
