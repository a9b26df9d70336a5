import { inTransaction } from "#db/client.ts";
import { findRun, setRunState } from "#db/queries/runs.ts";
import type { Moderation } from "#lib/core/detection/image.ts";
import { messageOf, TesseraError } from "#lib/core/errors.ts";
import { plural } from "#lib/core/quantities.ts";
import type { RgbPixels } from "#lib/imaging/types.ts";
import { appendEvent, wake } from "../events/outbox.ts";
import { pyramidReader } from "../images/pyramid-reader.ts";
import { judgePages } from "../ingest/judge-pages.ts";
import { LOOK_SIDE } from "../ingest/moderation-looks.ts";
import { priceOf } from "../limits/model-limits.ts";
import { moderationModelOf } from "../models.ts";
import { logRun } from "./log-run.ts";
import { isAboutRun } from "./remedy.ts";
import type { RunContext } from "./run-context.ts";
import { looksOfRun, nameOfLook, type RunLook } from "./run-looks.ts";

const TIMEOUT_MS = 120_000;

/**
 * Asks the moderation model that the run names, if it names one, before any tile is planned: about each page that it covers, and about
 * parts of large ones. The first that is not let pass ends the run as `blocked`. Fails closed: what cannot be judged is blocked. Throws
 * where the model cannot be asked at all, as its key is missing. The image's own verdict was taken at ingest and is not asked again.
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
  const { configuration } = run;
  try {
    const moderator = moderationModelOf(model, await priceOf(model));
    // A hosted judge is paid for each look, and gets pages as a whole alone.
    const isHosted = !model.startsWith("local:");
    const looks = looksOfRun(configuration, image.pages, isHosted);
    const calls = configuration.budget?.calls;
    if (isHosted && calls !== undefined && looks.length > calls) {
      const reason = `moderation could not judge ${plural(looks.length, "page")} with a budget of ${plural(calls, "call")}`;
      return { verdict: "block", scores: {}, model, reason };
    }
    return await judgePages(
      looks.length,
      async (at) => moderator.judge(await readLook(image, lookAt(looks, at)), AbortSignal.timeout(TIMEOUT_MS)),
      (at) => nameOfLook(lookAt(looks, at), image.pages.length),
    );
  } catch (error) {
    if (isAboutRun(error)) throw error;
    return { verdict: "block", scores: {}, model, reason: `moderation could not judge it: ${messageOf(error)}` };
  }
}

function lookAt(looks: readonly RunLook[], at: number): RunLook {
  const look = looks[at];
  if (!look) throw new TesseraError("internal", `moderation has no look ${at}`);
  return look;
}

async function readLook(image: { sha256: string }, { page, box }: RunLook): Promise<RgbPixels> {
  const [x, y, width, height] = box;
  const reader = await pyramidReader(image, page);
  const scale = Math.min(1, LOOK_SIDE / Math.max(width, height));
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  return reader.read({ x, y, width, height }, size);
}
