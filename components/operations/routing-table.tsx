import type { Run } from "#lib/core/detection/run.ts";
import { formatCost } from "#lib/core/quantities.ts";
import { ESCALATION_REASONS, type EscalationReason } from "#lib/core/routing/escalation-settings.ts";
import { looksAtTiles, ROLE_WORDS } from "#lib/core/routing/model-share-line.ts";
import { formatCount, plural } from "../ui/format.ts";

const REASON_WORDS: Record<EscalationReason, string> = {
  unreadable: "no usable reply",
  confidence: "unsure",
  density: "very many",
  disagreement: "neighbours disagree",
};

const CELL = "py-1 pl-3 text-right tabular-nums";

/** How many tiles went to which model, and what each used. */
export function RoutingTable({ run }: { run: Run }) {
  return (
    <div className="mt-3 border-t border-line pt-2">
      <table className="w-full text-sm">
        <caption className="mb-1 text-left font-semibold">Where the tiles went</caption>
        <thead className="text-xs text-muted">
          <tr>
            <th className="py-1 text-left font-normal">Model</th>
            {["Tiles", "Calls", "Tokens", "Cost"].map((name) => (
              <th key={name} className={`${CELL} font-normal`}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {run.models.map(({ role, model, tiles, calls, tokens, cost }) => (
            <tr key={role} className="border-t border-line align-top">
              <th scope="row" className="py-1 text-left font-normal">
                <span className="break-all">{model}</span>
                <span className="block text-xs text-muted">{ROLE_WORDS[role]}</span>
              </th>
              <td className={CELL}>{looksAtTiles(role) ? formatCount(tiles) : "–"}</td>
              <td className={CELL}>{formatCount(calls)}</td>
              <td className={CELL}>{formatCount(tokens.input + tokens.output)}</td>
              <td className={CELL}>{cost === null ? "–" : formatCost(cost)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {run.escalated && <p className="mt-1 text-xs text-muted">{whySent(run)}</p>}
    </div>
  );
}

function whySent({ escalated, escalation }: Run): string {
  if (!escalated || !escalation) return "The stronger model comes when all tiles have been looked at once.";
  const sent = ESCALATION_REASONS.filter((reason) => (escalated[reason] ?? 0) > 0);
  const qualified = Object.values(escalation.qualified).reduce((sum, count) => sum + count, 0);
  const total = sent.reduce((sum, reason) => sum + (escalated[reason] ?? 0), 0);
  const parts = sent.map((reason) => `${escalated[reason]} ${REASON_WORDS[reason]}`).join(", ");
  return `${plural(total, "tile")} of ${qualified} that qualified went to the stronger model${parts && `: ${parts}`}. It may have ${escalation.most} at most.`;
}
