import { memo, useMemo } from "react";
import { formatCost, formatMs } from "#lib/core/quantities.ts";
import { useStore } from "../state/store.ts";
import { formatCount } from "../ui/format.ts";
import type { Operations } from "./operations.ts";
import type { Replay } from "./replay.ts";
import type { Bucket } from "./series.ts";

const WIDTH = 320;
const HEIGHT = 84;

type Line = {
  name: string;
  value: (bucket: Bucket) => number | null;
  colour: string;
  dashed?: boolean;
  step?: boolean;
};
type ChartSpec = {
  title: string;
  format: (value: number) => string;
  lines: Line[];
  bars?: boolean;
  optional?: boolean;
};

const CHARTS: readonly ChartSpec[] = [
  {
    title: "Latency",
    format: formatMs,
    lines: [
      { name: "p95", value: (bucket) => bucket.p95, colour: "var(--warn)", dashed: true },
      { name: "median", value: (bucket) => bucket.p50, colour: "var(--accent)" },
    ],
  },
  {
    title: "Queue and model",
    format: formatMs,
    lines: [
      { name: "in the queue", value: (bucket) => bucket.queueMs, colour: "var(--warn)", dashed: true },
      { name: "model alone", value: (bucket) => bucket.modelMs, colour: "var(--accent)" },
    ],
  },
  {
    title: "Tiles a second",
    format: (value) => value.toFixed(value < 10 ? 1 : 0),
    lines: [{ name: "done", value: (bucket) => bucket.perSecond, colour: "var(--good)" }],
  },
  {
    title: "At once",
    format: (value) => String(Math.round(value)),
    lines: [
      { name: "cap", value: (bucket) => bucket.cap, colour: "var(--muted)", dashed: true, step: true },
      { name: "in force", value: (bucket) => bucket.inForce, colour: "var(--accent)", step: true },
    ],
  },
  {
    title: "Refused",
    format: (value) => String(Math.round(value)),
    bars: true,
    lines: [{ name: "429 and 503", value: (bucket) => bucket.throttled, colour: "var(--warn)" }],
  },
  {
    title: "Retries",
    format: (value) => String(Math.round(value)),
    bars: true,
    lines: [{ name: "tries that will be repeated", value: (bucket) => bucket.retried, colour: "var(--bad)" }],
  },
  {
    title: "Tokens",
    optional: true,
    format: formatCount,
    lines: [{ name: "used so far", value: (bucket) => bucket.tokens, colour: "var(--accent)" }],
  },
  {
    title: "Cost",
    optional: true,
    format: formatCost,
    lines: [{ name: "spent so far", value: (bucket) => bucket.cost, colour: "var(--accent)" }],
  },
];

/** How latency, throughput, limits, refusals, retries, tokens and cost went over the run's time; a line marks the time that is shown. */
export function Charts({ operations }: { operations: Operations }) {
  const revision = useStore(operations.store, (value) => value.revision);
  const replay = operations.replay();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the revision stands for what has happened meanwhile
  const series = useMemo(() => replay.series.buckets(endOf(replay)), [replay, revision]);
  if (series.length === 0) return null;
  const charts = CHARTS.filter((chart) => !chart.optional || hasAny(chart, series));
  // Six, seven or eight: in rows of one length as far as that can be.
  const wide = charts.length % 3 === 0 ? "lg:grid-cols-3" : "lg:grid-cols-4";
  return (
    <section aria-label="Over time" className={`grid gap-3 sm:grid-cols-2 ${wide}`}>
      {charts.map((chart) => (
        <Chart key={chart.title} chart={chart} series={series} operations={operations} />
      ))}
    </section>
  );
}

/** Embedded models use no tokens, and often no price is known. */
const hasAny = ({ lines }: ChartSpec, series: readonly Bucket[]): boolean =>
  lines.some((line) => series.some((bucket) => (line.value(bucket) ?? 0) > 0));

/** Charts end with the run's last event so far, and are never shorter than a second. */
const endOf = ({ span }: Replay): number => (span ? Math.max(span.to, span.from + 1000) : 0);

type ChartProps = { chart: ChartSpec; series: readonly Bucket[]; operations: Operations };

/** A replay moves the line that marks the time, and draws no chart anew. */
const Chart = memo(function Chart({ chart, series, operations }: ChartProps) {
  const values = chart.lines.flatMap((line) => series.flatMap((bucket) => line.value(bucket) ?? []));
  const top = Math.max(1e-9, ...values) * 1.08;
  const last = chart.lines
    .map((line) => {
      const value = series.findLast((bucket) => line.value(bucket) !== null);
      const shown = value ? line.value(value) : null;
      return shown === null ? null : `${line.name} ${chart.format(shown)}`;
    })
    .filter((text) => text !== null);
  return (
    <figure className="rounded-lg border border-line bg-panel px-3 py-2">
      <figcaption className="flex items-baseline justify-between gap-2 text-xs">
        <span className="font-semibold">{chart.title}</span>
        <span className="text-muted tabular-nums">up to {chart.format(Math.max(0, ...values))}</span>
      </figcaption>
      <div className="relative mt-1 h-20">
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${chart.title}: lately ${last.join(", ") || "nothing yet"}`}
          className="size-full"
        >
          <path d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} stroke="var(--line)" vectorEffect="non-scaling-stroke" />
          {chart.lines.map((line) => (
            <path
              key={line.name}
              d={chart.bars ? bars(series, line, top) : path(series, line, top)}
              fill="none"
              stroke={line.colour}
              strokeWidth={chart.bars ? 2.4 : 1.6}
              strokeDasharray={line.dashed ? "4 3" : undefined}
              strokeLinejoin="round"
              vectorEffect="non-scaling-stroke"
            />
          ))}
        </svg>
        <Cursor operations={operations} />
      </div>
      <p className="mt-1 flex flex-wrap gap-x-3 text-xs text-muted">
        {chart.lines.map((line) => (
          <span key={line.name} className="inline-flex items-center gap-1.5">
            <svg aria-hidden="true" viewBox="0 0 16 4" className="h-1 w-4">
              <path
                d="M0 2H16"
                stroke={line.colour}
                strokeWidth="2"
                strokeDasharray={line.dashed ? "4 3" : undefined}
              />
            </svg>
            {line.name}
          </span>
        ))}
      </p>
    </figure>
  );
});

/** Marks the time that is shown, where that is not now. */
function Cursor({ operations }: { operations: Operations }) {
  const shownAt = useStore(operations.store, (value) => value.shownAt);
  const replay = operations.replay();
  if (shownAt === null || !replay.span) return null;
  const share = (shownAt - replay.span.from) / (endOf(replay) - replay.span.from);
  return <span aria-hidden="true" className="absolute inset-y-0 w-px bg-ink" style={{ left: `${share * 100}%` }} />;
}

const place = ({ from, to }: Bucket, value: number, top: number): [number, number] => [
  ((from + to) / 2) * WIDTH,
  HEIGHT - 1 - (value / top) * (HEIGHT - 4),
];

/** A line through the buckets that have a value; gaps are bridged. */
function path(series: readonly Bucket[], line: Line, top: number): string {
  let text = "";
  for (const bucket of series) {
    const value = line.value(bucket);
    if (value === null) continue;
    const [x, y] = place(bucket, value, top);
    text += text === "" ? `M${x} ${y}` : line.step ? `H${x}V${y}` : `L${x} ${y}`;
  }
  return text;
}

function bars(series: readonly Bucket[], line: Line, top: number): string {
  return series
    .map((bucket) => {
      const value = line.value(bucket) ?? 0;
      const [x, y] = place(bucket, value, top);
      return value === 0 ? "" : `M${x} ${HEIGHT}V${y}`;
    })
    .join("");
}
