import { calibrationError, type ScoreCurves } from "#lib/core/evaluation/score-curves.ts";
import { wilson } from "#lib/core/evaluation/wilson.ts";
import { lineThrough, Plot, placeIn } from "./plot.tsx";
import { formatShare, formatThreshold } from "./shares.ts";

/** How often findings of a score are right, beside how often the score says they are, with the 95 % interval of each tenth. */
export function CalibrationPlot({ curves }: { curves: ScoreCurves }) {
  const error = calibrationError(curves.calibration);
  const bins = curves.calibration.flatMap(({ count, right, meanScore }, index) => {
    const share = wilson(right, count);
    return share ? [{ index, count, right, meanScore, share }] : [];
  });
  return (
    <Plot
      title="Calibration"
      note={error === null ? "no scores" : `off by ${formatShare(error)} on average`}
      description={
        error === null
          ? "Calibration: no finding has a score."
          : `Calibration: scores differ from the share of right findings by ${formatShare(error)} on average (expected calibration error).`
      }
      across="score"
      up="share that is right"
      columns={["score", "findings", "right", "share", "95 % interval"]}
      rows={bins.map(({ index, count, right, share }) => [
        `${formatThreshold(index / 10)}–${formatThreshold((index + 1) / 10)}`,
        ...[String(count), String(right), formatShare(share.value)],
        `${formatShare(share.low)}–${formatShare(share.high)}`,
      ])}
    >
      <path
        d={lineThrough([
          [0, 0],
          [1, 1],
        ])}
        stroke="var(--muted)"
        strokeDasharray="3 4"
      />
      <path
        d={lineThrough(bins.map(({ meanScore, share }) => [meanScore, share.value]))}
        fill="none"
        stroke="var(--accent)"
        strokeWidth="1.5"
      />
      {bins.map(({ index, meanScore, share }) => {
        const [x, y] = placeIn(meanScore, share.value);
        const [, low] = placeIn(meanScore, share.low);
        const [, high] = placeIn(meanScore, share.high);
        return (
          <g key={index} stroke="var(--accent)">
            <path d={`M${x} ${low}V${high}M${x - 3} ${low}h6M${x - 3} ${high}h6`} strokeWidth="1" />
            <circle cx={x} cy={y} r="3.5" fill="var(--accent)" stroke="none" />
          </g>
        );
      })}
    </Plot>
  );
}
