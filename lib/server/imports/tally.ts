import type { ImportReport } from "#lib/core/api/imports.ts";
import { TesseraError } from "#lib/core/errors.ts";
import type { CarriedFinding, Failure } from "#lib/core/formats/format.ts";

const MOST_FAILURES = 100;
const MOST_CLASSES = 10_000;
/** Boxes for a picture of what comes in: where there are more, every second one goes, and only every other is taken from there on. */
const MOST_BOXES = 4000;

type Box = ImportReport["boxes"][number];

/** Counts what comes in, in bounded memory. */
export type Tally = ReturnType<typeof createTally>;

/** Begins to count. `classes` says what becomes of a file's classes. */
export function createTally(classes: Readonly<Record<string, string | null>>) {
  const counts = new Map<string, number>();
  const failures: Failure[] = [];
  let [found, added, leftOut, failed, seen, stride] = [0, 0, 0, 0, 0, 1];
  let boxes: Box[] = [];
  return {
    /** The finding under its name here; null where its class is left out. */
    take(finding: CarriedFinding): CarriedFinding | null {
      found++;
      if (!counts.has(finding.label) && counts.size >= MOST_CLASSES) {
        throw new TesseraError("bad-input", `the file has more than ${MOST_CLASSES} classes`);
      }
      counts.set(finding.label, (counts.get(finding.label) ?? 0) + 1);
      const to = Object.hasOwn(classes, finding.label) ? classes[finding.label] : finding.label;
      if (to === null || to === undefined) {
        leftOut++;
        return null;
      }
      return { ...finding, label: to };
    },
    fail(failure: Failure): void {
      failed++;
      if (failures.length < MOST_FAILURES) failures.push(failure);
    },
    judge({ page, box, label }: CarriedFinding, isNew: boolean): void {
      if (isNew) added++;
      if (seen++ % stride === 0) boxes.push({ page, box, label, isNew });
      if (boxes.length <= MOST_BOXES) return;
      boxes = boxes.filter((_, index) => index % 2 === 0);
      stride *= 2;
    },
    report(): Pick<
      ImportReport,
      "found" | "added" | "duplicates" | "leftOut" | "failed" | "failures" | "classes" | "boxes"
    > {
      const named = [...counts].map(([label, count]) => {
        return { label, to: Object.hasOwn(classes, label) ? (classes[label] ?? null) : label, count };
      });
      return {
        ...{ found, added, leftOut, failed, failures, boxes },
        duplicates: found - leftOut - added,
        classes: named.sort((one, other) => other.count - one.count || (one.label < other.label ? -1 : 1)),
      };
    },
  };
}
