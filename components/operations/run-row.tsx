import Link from "next/link";
import { END_STATES, type Run } from "#lib/core/detection/run.ts";
import { formatCost, formatRate, formatSeconds } from "#lib/core/quantities.ts";
import { progressOf } from "../runs/ledger.ts";
import { presetTitle } from "../runs/preset-title.ts";
import { RunBadge } from "../runs/run-badge.tsx";
import { RunControls } from "../runs/run-controls.tsx";
import { formatCount, formatInstant } from "../ui/format.ts";
import { ProgressBar } from "../ui/progress-bar.tsx";

const CELL = "px-3 py-2 align-baseline max-sm:px-2";
/** Cells that only a wide page has room for. */
export const WIDE = "max-lg:hidden";

/** One run of the overview: what it is, how far it is, what it met, and what can be done about it. */
export function RunRow({ run, rate, mayOperate }: { run: Run; rate: number | null; mayOperate: boolean }) {
  const { total, finished, fraction, secondsLeft } = progressOf(run.tiles, rate);
  const over = END_STATES.includes(run.state);
  const name = `${run.imageName}, ${formatInstant(run.createdAt)}`;
  const why = run.reason ?? (over ? null : run.concurrency.reason);
  return (
    <tr className="border-b border-line last:border-0 hover:bg-hover">
      <td className={`${CELL} max-w-64`}>
        <Link href={`/runs/${run.id}`} data-row="" className="block truncate font-medium hover:underline">
          {run.imageName}
        </Link>
        <span className="block text-xs text-muted">
          {presetTitle(run.configuration)}
          <span className="lg:hidden">, {formatInstant(run.createdAt)}</span>
        </span>
      </td>
      <td className={`${CELL} max-w-64`}>
        <RunBadge state={run.state} />
        {why && (
          <span className="line-clamp-2 text-xs text-muted max-sm:hidden" title={why}>
            {why}
          </span>
        )}
      </td>
      <td className={`${CELL} w-52`}>
        {!over && <ProgressBar name={`Progress of ${name}`} fraction={total === 0 ? null : fraction} />}
        <span className="block text-xs">
          {formatCount(finished)} of {formatCount(total)}
          {run.state === "running" && rate !== null && (
            <span className="text-muted">
              , {formatRate(rate)}/s{secondsLeft !== null && secondsLeft > 0 && `, ${formatSeconds(secondsLeft)} left`}
            </span>
          )}
        </span>
      </td>
      <td className={`${CELL} ${WIDE} text-right`}>
        {run.state === "running" ? `${run.concurrency.inForce} of ${run.concurrency.cap}` : "–"}
      </td>
      <td className={`${CELL} ${WIDE} text-right ${run.throttled > 0 ? "text-warn" : "text-muted"}`}>
        {formatCount(run.throttled)}
      </td>
      <td
        className={`${CELL} text-right max-sm:hidden ${run.tiles.failed > 0 ? "font-medium text-bad" : "text-muted"}`}
      >
        {formatCount(run.tiles.failed)}
      </td>
      <td className={`${CELL} ${WIDE} text-right`}>{formatCount(run.findings)}</td>
      <td className={`${CELL} ${WIDE} text-right text-xs`}>{run.cost === null ? "–" : formatCost(run.cost)}</td>
      <td className={`${CELL} ${WIDE} max-w-40 truncate text-xs`}>{run.configuration.model}</td>
      <td className={`${CELL} ${WIDE} text-xs whitespace-nowrap text-muted`}>
        {formatInstant(run.createdAt)}
        {run.startedAt && run.finishedAt && (
          <span className="block">
            took {formatSeconds((Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000)}
          </span>
        )}
      </td>
      {mayOperate && (
        <td className={`${CELL} py-1 text-right`}>
          <RunControls run={run} failed={run.tiles.failed} of={name} />
        </td>
      )}
    </tr>
  );
}
