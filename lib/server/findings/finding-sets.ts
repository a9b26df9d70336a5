import { pool } from "#db/client.ts";
import { comparedRows, countImported, countVouched } from "#db/queries/finding-sets.ts";
import type { FindingConditions } from "#db/queries/findings-filter.ts";
import { type FindingSetChoice, readFindingSet } from "#lib/core/detection/finding-set.ts";
import { TesseraError } from "#lib/core/errors.ts";
import type { Compared } from "#lib/core/evaluation/evaluate.ts";

/** Findings that are held in memory at once for one set, at most. */
const MOST = 1_000_000;

/** A finding as far as it is compared with others. */
export type SetMember = Compared & { id: string; modelLabel: string | null };

/** The findings of an image that a set means; rejected ones are never among them. */
export function conditionsOfSet(imageId: string, set: string): FindingConditions {
  const own = { imageId, notReview: "rejected" };
  const wanted = readFindingSet(set);
  switch (wanted.kind) {
    case "imported":
      return { ...own, source: "import", import: wanted.import ?? undefined };
    case "drawn":
      return { ...own, source: "person" };
    case "vouched":
      return { ...own, vouchedBy: wanted.person };
  }
}

/** The sets of an image that there is something in: what was imported, on the whole and one by one, and what people drew or accepted. */
export async function listFindingSets(imageId: string): Promise<FindingSetChoice[]> {
  const [imported, vouched] = await Promise.all([countImported(pool(), imageId), countVouched(pool(), imageId)]);
  const all = imported.reduce((sum, { findings }) => sum + findings, 0);
  const people = vouched.filter(({ person }) => person !== null);
  const anybody = vouched.find(({ person }) => person === null)?.findings ?? 0;
  return [
    { id: "imported", name: "Imported ground truth", findings: all },
    ...(imported.length > 1
      ? imported.map(({ id, name, findings }) => ({ id: `import:${id}`, name: `Imported: ${name}`, findings }))
      : []),
    { id: "people", name: "Drawn or accepted by people", findings: anybody },
    ...people.map(({ person, findings }) => ({
      id: `person:${person}`,
      name: `Drawn or accepted by ${person}`,
      findings,
    })),
  ].filter(({ findings }) => findings > 0);
}

/** Reads all findings of a filter to compare them. Throws `too-large` where there are more than are held at once. */
export async function readSet(filter: FindingConditions): Promise<SetMember[]> {
  const rows = await comparedRows(filter, MOST);
  if (!rows) throw new TesseraError("too-large", `at most ${MOST} findings are compared at once, and here are more`);
  return rows.map(({ x, y, width, height, ...row }) => ({ ...row, box: [x, y, width, height] }));
}
