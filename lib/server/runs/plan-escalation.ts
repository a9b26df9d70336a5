import type { PoolClient } from "pg";
import { inTransaction, pool } from "#db/client.ts";
import { type LookedTile, readLooks, sendToStronger } from "#db/queries/escalation.ts";
import { findRun, type RunRow } from "#db/queries/runs.ts";
import { nextDue, spendingOf } from "#db/queries/tile-counts.ts";
import type { RunTicket } from "#lib/core/checkpoint.ts";
import type { MergeSettings } from "#lib/core/detection/run.ts";
import { mergeDetections } from "#lib/core/merging/merge.ts";
import { chooseEscalated, type FirstLook } from "#lib/core/routing/choose-escalated.ts";
import type { EscalationPlan } from "#lib/core/routing/escalation-settings.ts";
import { mostEscalated } from "#lib/core/routing/most-escalated.ts";
import { tileDisagreements } from "#lib/core/routing/tile-disagreement.ts";
import { wake } from "../events/outbox.ts";
import { priceOf } from "../limits/model-limits.ts";
import { log } from "../log/log.ts";
import { contextOf } from "./run-context.ts";

/**
 * After the first looks at all tiles: chooses those that go to the stronger model, and has them wait for it. Depends on the first looks and
 * the configuration only, so that neither the order of finishing nor a kill changes which. Running it again changes nothing.
 *
 * @returns the plan, or null where the ticket is void or the first looks are not all done
 */
export async function planEscalation(ticket: RunTicket): Promise<EscalationPlan | null> {
  const context = await contextOf(ticket);
  if (!context?.run.configuration.escalation) return null;
  if (context.run.escalation) return context.run.escalation;
  const looks = await readLooks(pool(), ticket.runId);
  const first = firstLooks(looks, context.run.configuration.merge);
  const plan = await inTransaction(async (client) => {
    const run = await findRun(client, ticket.runId, true);
    if (run?.pass !== ticket.pass || run.state !== "running" || run.escalation) return run?.escalation ?? null;
    const left = await nextDue(client, run.id);
    if (left.pending + left.running > 0) return null;
    return await escalate(client, run, looks, first);
  });
  wake();
  if (plan) log().info({ run: ticket.runId, ...plan }, "escalation");
  return plan;
}

async function escalate(
  client: PoolClient,
  run: RunRow,
  looks: readonly LookedTile[],
  first: readonly FirstLook[],
): Promise<EscalationPlan | null> {
  const { escalation, escalationModel, budget } = run.configuration;
  if (!escalation || !escalationModel) return null;
  const spent = await spendingOf(client, run.id);
  const mean = (used: number): number => used / Math.max(1, looks.length);
  const price = await priceOf(escalationModel);
  const most = mostEscalated(escalation.share, budget, {
    ...spent,
    looked: looks.length,
    sent: looks.filter((look) => look.escalated).length,
    // Both models see the same picture: what the one read and wrote is what the other is expected to.
    expected: spent.tokens > 0 ? { tokens: mean(spent.tokens), cost: price && costOf(price, mean, spent) } : null,
  });
  const { chosen, qualified } = chooseEscalated(first, escalation, most);
  const plan = { qualified, most, sent: chosen.length };
  await sendToStronger(client, run.id, chosen, plan);
  return plan;
}

type Price = NonNullable<Awaited<ReturnType<typeof priceOf>>>;

function costOf(
  { inputPerMillion, outputPerMillion }: Price,
  mean: (used: number) => number,
  spent: { input: number; output: number },
): number {
  return (mean(spent.input) * inputPerMillion + mean(spent.output) * outputPerMillion) / 1e6;
}

/** Looks as the rule reads them, without tiles that the stronger model saw in an earlier pass. */
function firstLooks(looks: readonly LookedTile[], settings: MergeSettings): FirstLook[] {
  const disagreements = disagreementsOf(looks, settings);
  return looks
    .filter(({ escalated }) => !escalated)
    .map(({ index, unreadable, detections }) => ({
      index,
      unreadable,
      scores: detections.map(({ score }) => score),
      disagreement: disagreements.get(index) ?? null,
    }));
}

/** How far tiles disagree with those that overlap them, page by page; looks at whole pages see other things, and are left out. */
function disagreementsOf(looks: readonly LookedTile[], settings: MergeSettings): Map<number, number> {
  const seen = looks.filter(({ wholePicture, unreadable }) => !wholePicture && !unreadable);
  const pages = [...new Set(seen.map(({ page }) => page))];
  return new Map(
    pages.flatMap((page) => {
      const tiles = seen.filter((tile) => tile.page === page);
      const detections = tiles.flatMap(({ index, detections: own }) => own.map((one) => ({ ...one, tile: index })));
      const objects = mergeDetections(detections, settings).map(({ box, keeper, merged }) => ({
        box,
        tiles: [keeper, ...merged].flatMap((at) => detections[at]?.tile ?? []),
      }));
      return [...tileDisagreements(objects, tiles)];
    }),
  );
}
