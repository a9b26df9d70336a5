import { measuresAt, type ScoreCurves } from "#lib/core/evaluation/score-curves.ts";
import { useColourOf } from "../ui/class-colours.tsx";
import { lineThrough, Plot, placeIn } from "./plot.tsx";
import { formatShare, formatThreshold } from "./shares.ts";

/** Lines that can be told apart in one plot. */
const MOST_LINES = 8;

/** Precision over recall, a line for each class; where one class is looked at, its own, with the place of the threshold on it. */
export function PrecisionPlot(props: {
  curves: readonly ScoreCurves[];
  label: string | null;
  iou: number;
  threshold: number;
}) {
  const { curves, label, iou, threshold } = props;
  const colourOf = useColourOf();
  const known = curves.filter(({ truths }) => truths > 0);
  const shown = (label === null ? known : known.filter((each) => each.label === label)).slice(0, MOST_LINES);
  const [single] = shown.length === 1 ? shown : [];
  const at = single ? measuresAt(single, threshold) : null;
  const others = label === null ? known.length - shown.length : 0;
  return (
    <Plot
      title="Precision and recall"
      note={`IoU ${iou}${others > 0 ? `, ${others} more ${others === 1 ? "class" : "classes"} not drawn` : ""}`}
      description={inWords(shown)}
      across="recall"
      up="precision"
      legend={
        shown.length > 1 &&
        shown.map((each, index) => (
          <LegendEntry key={each.label} label={each.label} dashes={DASHES[index % DASHES.length]} />
        ))
      }
      columns={["recall", ...shown.map((each) => each.label)]}
      rows={[0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100].map((step) => [
        formatThreshold(step / 100),
        ...shown.map(({ precisions }) => formatShare(precisions[step] ?? null)),
      ])}
    >
      {shown.map((each, index) => {
        const line = lineThrough(reached(each.precisions));
        return (
          <g key={each.label} fill="none" strokeLinejoin="round">
            <path d={line} stroke="var(--ink)" strokeOpacity="0.45" strokeWidth="3.2" />
            <path
              d={line}
              stroke={colourOf(each.label)}
              strokeWidth="2"
              strokeDasharray={DASHES[index % DASHES.length]}
            />
          </g>
        );
      })}
      {at && at.precision !== null && at.recall !== null && <Mark at={placeIn(at.recall, at.precision)} />}
    </Plot>
  );
}

const DASHES = [undefined, "6 3", "2 3", "8 3 2 3"];

/** The curve as far as anything was found: beyond, precision is 0. */
function reached(precisions: readonly number[]): [number, number][] {
  const last = precisions.findLastIndex((precision) => precision > 0);
  const points = precisions.slice(0, last + 1).map((precision, step): [number, number] => [step / 100, precision]);
  const end = points.at(-1);
  return end && end[0] < 1 ? [...points, [end[0], 0]] : points;
}

function Mark({ at: [x, y] }: { at: [number, number] }) {
  return <circle cx={x} cy={y} r="4.5" fill="var(--panel)" stroke="var(--ink)" strokeWidth="2" />;
}

function LegendEntry({ label, dashes }: { label: string; dashes: string | undefined }) {
  const colourOf = useColourOf();
  return (
    <span className="inline-flex items-center gap-1.5">
      <svg aria-hidden="true" viewBox="0 0 22 6" className="h-1.5 w-5.5">
        <path d="M0 3H22" stroke="var(--ink)" strokeOpacity="0.45" strokeWidth="3.2" />
        <path d="M0 3H22" stroke={colourOf(label)} strokeWidth="2" strokeDasharray={dashes} />
      </svg>
      {label}
    </span>
  );
}

function inWords(shown: readonly ScoreCurves[]): string {
  if (shown.length === 0) return "Precision over recall: the truth has nothing of this class.";
  const each = shown.map(({ label, precisions }) => {
    const furthest = precisions.findLastIndex((precision) => precision > 0);
    return furthest < 0
      ? `${label}: nothing right was found`
      : `${label}: from precision ${formatShare(precisions[0] ?? null)} to ${formatShare(precisions[furthest] ?? null)} at recall ${formatThreshold(furthest / 100)}`;
  });
  return `Precision over recall. ${each.join("; ")}.`;
}
