import type { EvaluationDetail } from "#lib/core/api/evaluation-details.ts";
import { formatCount } from "../ui/format.ts";
import { ScrollBox } from "../ui/scroll-box.tsx";
import { Swatch } from "../ui/swatch.tsx";
import { formatShare } from "./shares.ts";

type Measures = EvaluationDetail["overall"];

const COUNTS = ["truths", "findings", "truePositives"] as const;
const SHARES = ["precision", "recall", "f1", "ap50", "ap", "ar"] as const;
const HEADS: Record<(typeof COUNTS)[number] | (typeof SHARES)[number], [string, string]> = {
  truths: ["Truth", "Objects of the truth"],
  findings: ["Found", "Findings of the run"],
  truePositives: ["Right", "Findings that match an object of the truth"],
  precision: ["Precision", "Share of findings that is right"],
  recall: ["Recall", "Share of the truth that was found"],
  f1: ["F1", "Harmonic mean of precision and recall"],
  ap50: ["AP .5", "Average precision at IoU 0.5"],
  ap: ["AP .5:.95", "Average precision, mean over IoU 0.5 to 0.95, as COCO defines it"],
  ar: ["AR", "Recall, mean over IoU 0.5 to 0.95"],
};

/** All measures class by class; a class is chosen by its row. */
export function ClassTable(props: {
  evaluation: EvaluationDetail;
  label: string | null;
  onChoose: (label: string | null) => void;
}) {
  const { evaluation, label, onChoose } = props;
  return (
    <section aria-labelledby="classes" className="min-w-0 rounded-lg border border-line bg-panel py-2">
      <h2 id="classes" className="px-3 font-semibold">
        Classes
      </h2>
      <ScrollBox name="Table of classes" className="max-h-96">
        <table className="w-full tabular-nums">
          <thead className="sticky top-0 bg-panel">
            <tr className="text-right text-xs text-muted">
              <th scope="col" className="px-3 py-1 text-left font-medium">
                Class
              </th>
              {[...COUNTS, ...SHARES].map((key) => (
                <th key={key} scope="col" title={HEADS[key][1]} className="px-2 py-1 font-medium whitespace-nowrap">
                  {HEADS[key][0]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <Row chosen={label === null} measures={evaluation.overall} onChoose={() => onChoose(null)}>
              All classes
            </Row>
            {evaluation.classes.map((each) => (
              <Row
                key={each.label}
                chosen={label === each.label}
                measures={each}
                onChoose={() => onChoose(label === each.label ? null : each.label)}
              >
                <Swatch label={each.label} />
                <span className="truncate">{each.label}</span>
              </Row>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </section>
  );
}

function Row(props: { chosen: boolean; measures: Measures; onChoose: () => void; children: React.ReactNode }) {
  const { chosen, measures, onChoose, children } = props;
  return (
    <tr className={`border-t border-line text-right ${chosen ? "bg-accent-soft/60" : ""}`}>
      <th scope="row" className="p-0 text-left font-medium">
        <button
          type="button"
          aria-pressed={chosen}
          onClick={onChoose}
          className={`flex w-full max-w-56 items-center gap-2 border-l-2 px-2.5 py-1 text-left hover:bg-hover ${chosen ? "border-accent" : "border-transparent"}`}
        >
          {children}
        </button>
      </th>
      {COUNTS.map((key) => (
        <td key={key} className="px-2 py-1">
          {formatCount(measures[key])}
        </td>
      ))}
      {SHARES.map((key) => (
        <td key={key} className="px-2 py-1">
          {formatShare(measures[key])}
        </td>
      ))}
    </tr>
  );
}
