import type { ScoreCurves } from "#lib/core/evaluation/score-curves.ts";
import { FIELD, Plot, placeIn } from "./plot.tsx";
import { formatThreshold } from "./shares.ts";

const BINS = 20;
const STEPS_PER_BIN = 100 / BINS;

/** How the scores of right and of wrong findings are spread; a line marks the threshold. */
export function ScorePlot({ curves, threshold }: { curves: ScoreCurves; threshold: number }) {
  const bins = Array.from({ length: BINS }, (_, bin) => {
    const from = bin * STEPS_PER_BIN;
    // The last bin holds a score of 1, too.
    const to = bin === BINS - 1 ? 101 : from + STEPS_PER_BIN;
    const within = (counts: readonly number[]): number => (counts[from] ?? 0) - (counts[to] ?? 0);
    return { from: from / 100, to: Math.min(1, to / 100), right: within(curves.right), wrong: within(curves.wrong) };
  });
  const most = Math.max(1, ...bins.map(({ right, wrong }) => right + wrong));
  const [cut] = placeIn(threshold, 0);
  const width = FIELD.width / BINS - 1.5;
  const height = (count: number): number => (count / most) * FIELD.height;
  return (
    <Plot
      title="Scores"
      note={`${curves.right[0] ?? 0} right, ${curves.wrong[0] ?? 0} wrong`}
      description={`Scores of findings: ${curves.right[0] ?? 0} are right and ${curves.wrong[0] ?? 0} wrong; the highest bar has ${most}.`}
      across="score"
      up="findings"
      ticks={[0, 0.25, 0.5, 0.75, 1].map((share) => shortCount(share * most))}
      columns={["score", "right", "wrong"]}
      rows={bins
        .filter(({ right, wrong }) => right + wrong > 0)
        .map(({ from, to, right, wrong }) => [
          `${formatThreshold(from)}–${formatThreshold(to)}`,
          String(right),
          String(wrong),
        ])}
    >
      <defs>
        {/* Wrong ones are hatched: colour is not the only sign. */}
        <pattern id="wrong-scores" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="4" height="4" fill="var(--panel)" />
          <rect width="1.8" height="4" fill="var(--warn)" />
        </pattern>
      </defs>
      {bins.map(({ from, right, wrong }) => {
        const [x] = placeIn(from, 0);
        const [rightHeight, wrongHeight] = [height(right), height(wrong)];
        return (
          <g key={from}>
            <rect x={x + 0.75} y={FIELD.height - rightHeight} width={width} height={rightHeight} fill="var(--accent)" />
            <rect
              x={x + 0.75}
              y={FIELD.height - rightHeight - wrongHeight}
              width={width}
              height={wrongHeight}
              fill="url(#wrong-scores)"
              stroke={wrong > 0 ? "var(--warn)" : "none"}
              strokeWidth="0.75"
            />
          </g>
        );
      })}
      <path d={`M${cut} 0V${FIELD.height}`} stroke="var(--ink)" strokeWidth="1.25" />
      <g transform="translate(8 10)" fill="var(--ink)">
        <rect y="-7" width="9" height="9" fill="var(--accent)" />
        <text x="14" y="1.5">
          right
        </text>
        <rect y="7" width="9" height="9" fill="url(#wrong-scores)" stroke="var(--warn)" strokeWidth="0.75" />
        <text x="14" y="15.5">
          wrong
        </text>
      </g>
    </Plot>
  );
}

/** A count short enough for an axis. */
function shortCount(count: number): string {
  if (count >= 10_000) return `${Math.round(count / 1000)}k`;
  return count >= 10 || Number.isInteger(count) ? String(Math.round(count)) : count.toFixed(1);
}
