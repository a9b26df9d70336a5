import { inTransaction } from "#db/client.ts";
import { findRun, setRunState } from "#db/queries/runs.ts";
import type { Moderation } from "#lib/core/detection/image.ts";
import { messageOf } from "#lib/core/errors.ts";
import { appendEvent, wake } from "../events/outbox.ts";
import { pyramidReader } from "../images/pyramid-reader.ts";
import { priceOf } from "../limits/model-limits.ts";
import { moderationModelOf } from "../models.ts";
import { logRun } from "./log-run.ts";
import { isAboutRun } from "./remedy.ts";
import type { RunContext } from "./run-context.ts";

const OVERVIEW_SIDE = 1024;
const TIMEOUT_MS = 120_000;

/**
 * Asks the moderation model that the run names, if it names one, before any tile is planned; a block ends the run as `blocked`.
 * Fails closed: what cannot be judged is blocked. Throws where the model cannot be asked at all, as its key is missing. The image's own verdict was taken at ingest and is not asked again.
 */
export async function passesModeration(context: RunContext): Promise<boolean> {
  const { run } = context;
  if (run.configuration.moderationModel === null) return true;
  if (run.moderation) return run.moderation.verdict !== "block";
  const moderation = await judge(context, run.configuration.moderationModel);
  const blocked = await inTransaction(async (client) => {
    const current = await findRun(client, run.id, true);
    if (current?.pass !== run.pass || current.moderation) return false;
    await client.query("UPDATE runs SET moderation = $2 WHERE id = $1", [run.id, JSON.stringify(moderation)]);
    if (moderation.verdict !== "block") return false;
    await setRunState(client, run.id, "blocked", moderation.reason);
    const event = { kind: "run", state: "blocked", reason: moderation.reason, tilesTotal: null } as const;
    await appendEvent(client, { imageId: run.imageId, runId: run.id, event });
    return true;
  });
  wake();
  if (blocked) logRun(run.id, "blocked", { reason: moderation.reason });
  return moderation.verdict !== "block";
}

async function judge({ run, image }: RunContext, model: string): Promise<Moderation> {
  try {
    const moderator = moderationModelOf(model, await priceOf(model));
    const reader = await pyramidReader(image, run.configuration.pages[0] ?? 0);
    const scale = Math.min(1, OVERVIEW_SIDE / Math.max(reader.width, reader.height));
    const size = {
      width: Math.max(1, Math.round(reader.width * scale)),
      height: Math.max(1, Math.round(reader.height * scale)),
    };
    const overview = await reader.read({ x: 0, y: 0, width: reader.width, height: reader.height }, size);
    return await moderator.judge(overview, AbortSignal.timeout(TIMEOUT_MS));
  } catch (error) {
    if (isAboutRun(error)) throw error;
    return { verdict: "block", scores: {}, model, reason: `moderation could not judge it: ${messageOf(error)}` };
  }
}
