import { END_STATES, type LimitPhase, type Run } from "#lib/core/detection/run.ts";
import { formatCost, formatMs, formatRate, formatSeconds } from "#lib/core/quantities.ts";
import { useStore } from "../state/store.ts";
import { formatCount } from "../ui/format.ts";
import { ProgressBar } from "../ui/progress-bar.tsx";
import type { Operations } from "./operations.ts";

const PHASES: Record<LimitPhase, string> = {
  doubling: "still doubling",
  steady: "steady",
  holding: "holding still",
  broken: "provider away",
};

/** Rates are taken over this long. */
const RATE_MS = 15_000;

/** The run in numbers, as it stands at the time that is shown. */
export function Figures({ operations }: { operations: Operations }) {
  const { run, shownAt } = useStore(operations.store, ({ run, shownAt, revision }) => ({ run, shownAt, revision }));
  if (!run) return null;
  const moment = operations.replay().stateAt(shownAt);
  const { size: total, limit, totals } = moment;
  const { counts, done } = totals;
  const finished = counts.done + counts.failed + counts.skipped;
  const over = END_STATES.includes(run.state);
  const rate = over && shownAt === null ? null : moment.rateAt(shownAt ?? Date.now(), RATE_MS);
  const left = rate === null || rate === 0 || over ? null : (total - finished) / rate;
  return (
    <section aria-label="Figures" className="flex flex-col gap-3 rounded-lg border border-line bg-panel px-4 py-3">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6 text-sm tabular-nums">
        <p>
          <strong>{formatCount(finished)}</strong> of {formatCount(total)} tiles
        </p>
        <p className="text-xs text-muted">{left === null ? duration(run) : `${formatSeconds(left)} left`}</p>
      </div>
      <ProgressBar
        name="Tiles finished"
        fraction={total === 0 ? null : finished / total}
        tone={counts.failed > 0 ? "bad" : "accent"}
      />
      <dl className="grid grid-cols-2 gap-x-4 gap-y-3 sm:grid-cols-5 xl:grid-cols-10">
        <Figure name="Tiles a second" value={rate === null ? "–" : formatRate(rate)} />
        <Figure
          name="At once"
          value={`${limit?.inForce ?? run.concurrency.inForce} of ${limit?.cap ?? run.concurrency.cap}`}
          note={run.state === "running" && shownAt === null ? PHASES[run.concurrency.phase] : undefined}
        />
        <Figure
          name="Latency"
          value={formatMs(done.latencyMs.quantile(0.5))}
          note={`p95 ${formatMs(done.latencyMs.quantile(0.95))}`}
        />
        <Figure
          name="Model alone"
          value={formatMs(done.modelMs.quantile(0.5))}
          note={`p95 ${formatMs(done.modelMs.quantile(0.95))}`}
        />
        <Figure
          name="In the queue"
          value={formatMs(done.queueMs.quantile(0.5))}
          note={`p95 ${formatMs(done.queueMs.quantile(0.95))}`}
        />
        <Figure name="Refused (429, 503)" value={formatCount(moment.refused)} />
        <Figure name="Retries" value={formatCount(totals.retries)} />
        <Figure name="Failed" value={formatCount(counts.failed)} bad={counts.failed > 0} />
        <Figure name="Tokens" value={formatCount(totals.tokens)} />
        <Figure name="Cost" value={totals.priced === 0 ? "–" : formatCost(totals.cost)} />
      </dl>
    </section>
  );
}

function Figure(props: { name: string; value: string; note?: string | undefined; bad?: boolean }) {
  return (
    <div>
      <dt className="text-xs text-muted">{props.name}</dt>
      <dd className={`text-base font-medium tabular-nums ${props.bad ? "text-bad" : ""}`}>
        {props.value}
        {props.note && <span className="block text-xs font-normal text-muted">{props.note}</span>}
      </dd>
    </div>
  );
}

function duration(run: Run): string {
  if (!run.startedAt || !run.finishedAt) return "";
  return `took ${formatSeconds((Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000)}`;
}
