import { type ClassColours, classColour } from "#lib/core/detection/class-colour.ts";
import { type Proportion, wilson } from "#lib/core/evaluation/wilson.ts";
import { formatCount, plural } from "#lib/core/quantities.ts";
import type { Block, Cell, Section } from "../report-document.ts";
import type { ReportFacts } from "../report-facts.ts";
import { formatUtc, paragraph, percent } from "../words.ts";

type Decided = { label: string; accepted: number; rejected: number; unreviewed: number };

/** What people decided, how sure that makes the rest, and who they were. */
export function reviewSection({ run, classes, reviewers, estimate }: ReportFacts): Section {
  const sum = (of: (each: Decided) => number): number => classes.reduce((total, each) => total + of(each), 0);
  const all = {
    label: "All",
    accepted: sum(({ accepted }) => accepted),
    rejected: sum(({ rejected }) => rejected),
    unreviewed: sum(({ unreviewed }) => unreviewed),
  };
  const blocks: Block[] = [];
  if (classes.length === 0) {
    blocks.push(paragraph("There is nothing to review.", "quiet"));
  } else if (all.accepted + all.rejected === 0) {
    blocks.push(paragraph("Nobody has reviewed these findings yet: they are what the model says.", "warn"));
  } else {
    const { colours = {} } = run.configuration;
    const rows = [...classes.map((each) => rowOf(each, colours)), ...(classes.length > 1 ? [rowOf(all, null)] : [])];
    blocks.push(
      {
        kind: "table",
        caption: "Decisions by class",
        columns: [
          { title: "Class", align: "left", share: 0.26 },
          { title: "Accepted", align: "right", share: 0.13 },
          { title: "Rejected", align: "right", share: 0.13 },
          { title: "Not reviewed", align: "right", share: 0.14 },
          { title: "Accepted of the decided (95%)", align: "right", share: 0.34 },
        ],
        rows,
      },
      paragraph(
        "Intervals are Wilson's, at 95%. Those of the table hold for all findings only as far as the decided ones were not chosen.",
        "quiet",
      ),
    );
  }
  const estimates = estimateRows(estimate);
  if (estimates.length > 0) blocks.push({ kind: "facts", rows: estimates });
  if (reviewers.length > 0) {
    blocks.push({
      kind: "table",
      caption: "Who took part",
      columns: [
        { title: "Person", align: "left", share: 0.28 },
        { title: "Decided", align: "right", share: 0.1 },
        { title: "Relabelled", align: "right", share: 0.12 },
        { title: "Reshaped", align: "right", share: 0.11 },
        { title: "Comments", align: "right", share: 0.11 },
        { title: "First and last", align: "right", share: 0.28 },
      ],
      rows: reviewers.map((each) => [
        { text: each.actor },
        ...[each.decided, each.relabelled, each.reshaped, each.commented].map((count) => ({
          text: formatCount(count),
        })),
        { text: days(each.first, each.last) },
      ]),
    });
  }
  return { id: "review", title: "Review", blocks };
}

function rowOf({ label, accepted, rejected, unreviewed }: Decided, colours: ClassColours | null): Cell[] {
  const decided = accepted + rejected;
  const interval = wilson(accepted, decided);
  const share = interval
    ? `${percent(accepted / decided)} (${percent(interval.low)} – ${percent(interval.high)})`
    : "–";
  return [
    { text: label, ...(colours ? { colour: classColour(label, colours) } : {}) },
    ...[accepted, rejected, unreviewed].map((count) => ({ text: formatCount(count) })),
    { text: share },
  ];
}

/** What decisions in random order and searched tiles say of the whole run; none where there are none. */
function estimateRows({ precision, recall }: ReportFacts["estimate"]): { name: string; value: string }[] {
  const written = ({ value, low, high }: Proportion): string => {
    return `${percent(value)} (${percent(low)} – ${percent(high)})`;
  };
  return [
    precision.share === null
      ? []
      : {
          name: "Precision",
          value: `${written(precision.share)}, from ${plural(precision.all, "decision")} in random order`,
        },
    recall.share === null
      ? []
      : {
          name: "Recall",
          value: `${written(recall.share)}, from ${plural(recall.tiles.length, "tile")} that people searched`,
        },
  ].flat();
}

function days(first: string, last: string): string {
  const [from, to] = [formatUtc(first), formatUtc(last)].map((text) => text.split(",")[0] ?? "");
  return from === to ? (from ?? "") : `${from} – ${to}`;
}
