import { inTransaction, pool } from "#db/client.ts";
import { findIngestImage } from "#db/queries/ingest.ts";
import { environment } from "#lib/config/env.ts";
import type { ImageTicket } from "#lib/core/checkpoint.ts";
import type { Moderation } from "#lib/core/detection/image.ts";
import { messageOf } from "#lib/core/errors.ts";
import { readOverview } from "#lib/imaging/overview.ts";
import { probeImage } from "#lib/imaging/probe.ts";
import { forgetRecentAnswers } from "../access/recent-answers.ts";
import { appendEvent, wake } from "../events/outbox.ts";
import { withOriginal } from "../images/original.ts";
import { moderationModelOf } from "../models.ts";
import { judgePages, nameLook } from "./judge-pages.ts";
import { MODERATED_SIDE, moderationLooks } from "./moderation-looks.ts";
import { observeIngest } from "./observe-ingest.ts";

const TIMEOUT_MS = 120_000;

/**
 * Judges an image on a bounded overview of each of its pages and on parts of it, read straight from its source, before the pyramid, any served picture and any analysis.
 * Fails closed: what cannot be read or judged is blocked with the reason. A verdict that stands is kept, also a release.
 */
export async function moderateImage(ticket: ImageTicket): Promise<{ verdict: "pass" | "block" }> {
  const image = await findIngestImage(pool(), ticket.imageId);
  if (!image || image.state === "failed") return { verdict: "block" };
  if (image.moderation) return { verdict: image.moderation.verdict === "block" ? "block" : "pass" };
  const moderation = await observeIngest(
    image.id,
    "moderation",
    // A file that is gone is no verdict: it ends the ingest with that reason.
    () => withOriginal(image, judge),
    ({ verdict }) => (verdict === "block" ? "blocked" : "done"),
  );

  await inTransaction(async (client) => {
    const current = await findIngestImage(client, image.id, true);
    if (!current || current.moderation) return;
    const blocked = moderation.verdict === "block";
    await client.query(
      "UPDATE images SET moderation = $2, state = CASE WHEN $3 THEN 'blocked' ELSE state END WHERE id = $1",
      [image.id, JSON.stringify(moderation), blocked],
    );
    if (!blocked) return;
    const event = { kind: "image", state: "blocked", progress: null, error: moderation.reason } as const;
    await appendEvent(client, { imageId: image.id, runId: null, event });
  });
  forgetRecentAnswers();
  wake();
  const standing = await findIngestImage(pool(), image.id);
  return { verdict: standing?.moderation && standing.moderation.verdict !== "block" ? "pass" : "block" };
}

async function judge(path: string): Promise<Moderation> {
  const model = environment().moderationModel;
  try {
    const { maxPixels, pdfDpi } = environment();
    const probe = await probeImage(path, { maxPixels, pdfDpi });
    return await judgePages(probe.pages.length, async (page) => {
      const overview = await readOverview(path, probe, { maxSide: MODERATED_SIDE, page });
      // A hosted judge is paid for each look, and gets the whole alone.
      const looks = await moderationLooks(overview, !model.startsWith("local:"));
      const judgeLook = (at: number) =>
        moderationModelOf(model).judge(looks[at] ?? overview, AbortSignal.timeout(TIMEOUT_MS));
      return judgePages(looks.length, judgeLook, nameLook);
    });
  } catch (error) {
    return { verdict: "block", scores: {}, model, reason: `moderation could not judge it: ${messageOf(error)}` };
  }
}
