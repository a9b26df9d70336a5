import { inTransaction, pool } from "#db/client.ts";
import { findRun, setRunState } from "#db/queries/runs.ts";
import { insertTiles, tellTiles } from "#db/queries/tiles.ts";
import type { RunTicket } from "#lib/core/checkpoint.ts";
import { ModelError, TesseraError } from "#lib/core/errors.ts";
import { planRun as planTilesOfRun, type RunTile } from "#lib/core/tiling/plan-run.ts";
import { shrunkPage } from "#lib/models/shrunk-page.ts";
import type { TileModel } from "#lib/models/types.ts";
import { appendEvent, wake } from "../events/outbox.ts";
import { pyramidReader } from "../images/pyramid-reader.ts";
import { tileModelOf } from "../models.ts";
import { pauseRun } from "./control-run.ts";
import { logRun } from "./log-run.ts";
import { passesModeration } from "./moderate-run.ts";
import { isAboutRun, remedyOf } from "./remedy.ts";
import { contextOf, type RunContext } from "./run-context.ts";
import { backgroundTiles } from "./skip-background.ts";

/** A model that has not learnt what it wants of a page after this long is given up for now: the step is tried again. */
const STUDY_MS = 120_000;

/**
 * Sets the run planning, writes its tiles into the ledger and sets it running. Deterministic: the plan depends on the picture and the
 * frozen configuration only; tiles that hold nothing are in it as skipped. Running it again changes nothing. The run is not locked while the ledger is written: it can be
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
  await insertTiles(pool(), ticket.runId, plan.tiles, plan.skipped);
  return (await move(ticket, "running", plan)) ? { tiles: plan.tiles.length } : null;
}

type Plan = {
  tiles: RunTile[];
  /** Reasons by index. */
  skipped: ReadonlyMap<number, string>;
  studied: Record<string, unknown> | null;
};

async function planOf(context: RunContext): Promise<Plan | null> {
  const { id, configuration } = context.run;
  try {
    if (!(await passesModeration(context))) return null;
    const model = tileModelOf(configuration.model);
    const tiles = tilesOf(context, model.inputSide);
    const skipped = await backgroundTiles(configuration, context.image, tiles);
    return { tiles, skipped, studied: await study(context, model, tiles) };
  } catch (error) {
    if (!isAboutRun(error)) throw error;
    await pauseRun(id, { reason: remedyOf(error) });
    return null;
  }
}

/** What the model learns of each page before any of its tiles, or of all from examples; null where it asks for nothing. */
async function study(
  { run, image }: RunContext,
  model: TileModel,
  tiles: readonly RunTile[],
): Promise<Record<string, unknown> | null> {
  const { pages, examples } = run.configuration;
  if (model.learn) {
    if (!examples) throw new ModelError("run-fatal", `${model.id} was given no examples`);
    const context = { open: (page: number) => pyramidReader(image, page), signal: AbortSignal.timeout(STUDY_MS) };
    const learnt = await model.learn(examples, context);
    return Object.fromEntries(pages.map((page) => [page, learnt]));
  }
  if (!model.study) return null;
  const micronsPerPixel = image.scale && "micronsPerPixel" in image.scale ? image.scale.micronsPerPixel : null;
  const studied: Record<string, unknown> = {};
  for (const page of pages) {
    const shrink = shrinkOf(tiles, page);
    const reader = shrunkPage(await pyramidReader(image, page), shrink);
    const micronsRead = micronsPerPixel === null ? null : micronsPerPixel * shrink;
    const signal = AbortSignal.timeout(STUDY_MS);
    studied[page] = await model.study(reader, { micronsPerPixel: micronsRead, signal });
  }
  return studied;
}

/** How many times smaller than it is a page is read in its tiles: what is learnt of it is learnt at that size. */
function shrinkOf(tiles: readonly RunTile[], page: number): number {
  const tile = tiles.find((each) => each.page === page && !each.wholePicture);
  return tile ? tile.width / tile.readWidth : 1;
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
async function move(ticket: RunTicket, state: "planning" | "running", plan: Plan | null): Promise<boolean> {
  const tilesTotal = plan?.tiles.length ?? null;
  const moved = await inTransaction(async (client) => {
    const run = await findRun(client, ticket.runId, true);
    if (!run || run.pass !== ticket.pass || (run.state !== "queued" && run.state !== "planning")) return false;
    await client.query("UPDATE runs SET tiles_total = $2, studied = $3 WHERE id = $1", [
      run.id,
      tilesTotal,
      plan?.studied && JSON.stringify(plan.studied),
    ]);
    await setRunState(client, run.id, state, null);
    const event = { kind: "run", state, reason: null, tilesTotal } as const;
    await appendEvent(client, { imageId: run.imageId, runId: run.id, event });
    if (plan && plan.skipped.size > 0) await tellTiles(client, run.id, [...plan.skipped.keys()]);
    return true;
  });
  wake();
  if (moved) logRun(ticket.runId, state, tilesTotal === null ? {} : { tiles: tilesTotal });
  return moved;
}
