import { inTransaction, pool } from "#db/client.ts";
import { findRun, setRunState } from "#db/queries/runs.ts";
import { insertTiles } from "#db/queries/tiles.ts";
import type { RunTicket } from "#lib/core/checkpoint.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { planRun as planTilesOfRun, type RunTile } from "#lib/core/tiling/plan-run.ts";
import { appendEvent, wake } from "../events/outbox.ts";
import { tileModelOf } from "../models.ts";
import { pauseRun } from "./control-run.ts";
import { logRun } from "./log-run.ts";
import { passesModeration } from "./moderate-run.ts";
import { isAboutRun, remedyOf } from "./remedy.ts";
import { contextOf, type RunContext } from "./run-context.ts";

/**
 * Sets the run planning, writes its tiles into the ledger and sets it running. Deterministic: the plan depends on the picture's size
 * and the frozen configuration only. Running it again changes nothing. The run is not locked while the ledger is written: it can be
 * paused and cancelled meanwhile. Where a model cannot be opened, as its key or address is missing, it pauses with the remedy.
 *
 * @returns how many tiles the plan has, or null where the ticket is void or the run was paused or blocked
 */
export async function planRun(ticket: RunTicket): Promise<{ tiles: number } | null> {
  const context = await contextOf(ticket);
  if (!context) return null;
  if (!(await move(ticket, "planning", null))) return null;
  const plan = await planOf(context);
  if (!plan) return null;
  await insertTiles(pool(), ticket.runId, plan);
  return (await move(ticket, "running", plan.length)) ? { tiles: plan.length } : null;
}

async function planOf(context: RunContext): Promise<RunTile[] | null> {
  const { id, configuration } = context.run;
  try {
    if (!(await passesModeration(context))) return null;
    const { inputSide } = tileModelOf(configuration.model);
    return tilesOf(context, inputSide);
  } catch (error) {
    if (!isAboutRun(error)) throw error;
    await pauseRun(id, { reason: remedyOf(error) });
    return null;
  }
}

function tilesOf({ run: { configuration }, image }: RunContext, inputSide: number): RunTile[] {
  const pages = configuration.pages.map((page) => {
    const size = image.pages[page];
    if (!size) throw new TesseraError("bad-input", `image ${image.name} has no page ${page}`);
    return { page, width: size.width, height: size.height };
  });
  return planTilesOfRun({
    pages,
    tiling: configuration.tiling,
    region: configuration.region,
    wholePicture: configuration.wholePicture,
    inputSide,
  });
}

/** Moves a run that is being prepared on, with its event; false where the ticket is void or the run is not to be planned any more. */
async function move(ticket: RunTicket, state: "planning" | "running", tilesTotal: number | null): Promise<boolean> {
  const moved = await inTransaction(async (client) => {
    const run = await findRun(client, ticket.runId, true);
    if (!run || run.pass !== ticket.pass || (run.state !== "queued" && run.state !== "planning")) return false;
    await client.query("UPDATE runs SET tiles_total = $2 WHERE id = $1", [run.id, tilesTotal]);
    await setRunState(client, run.id, state, null);
    const event = { kind: "run", state, reason: null, tilesTotal } as const;
    await appendEvent(client, { imageId: run.imageId, runId: run.id, event });
    return true;
  });
  wake();
  if (moved) logRun(ticket.runId, state, tilesTotal === null ? {} : { tiles: tilesTotal });
  return moved;
}
