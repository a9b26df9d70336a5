import type { PoolClient } from "pg";
import { inTransaction, pool } from "#db/client.ts";
import {
  applyMerge,
  type MergedFinding,
  type RunDetection,
  readDetections,
  readFindingsOfRun,
  readSeenTiles,
} from "#db/queries/merge.ts";
import { findRun, setRunState } from "#db/queries/runs.ts";
import type { RunTicket } from "#lib/core/checkpoint.ts";
import type { MergeSettings } from "#lib/core/detection/run.ts";
import { carryOver } from "#lib/core/merging/carry-over.ts";
import { disagreements, type SeenTile } from "#lib/core/merging/disagreement.ts";
import { mergeDetections } from "#lib/core/merging/merge.ts";
import { joinedOutline } from "#lib/core/raster/joined-outline.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { appendEvent, wake } from "../events/outbox.ts";
import { logRun } from "./log-run.ts";
import { contextOf } from "./run-context.ts";

/**
 * Merges the raw detections of all finished tiles across seams, page by page, and makes the result the run's findings. Ids,
 * decisions and comments carry over to the finding that holds the same raw detections; a person's decision is never dropped.
 * Deterministic: sorted by tile and score, so the order of completion changes nothing. One transaction: all or nothing.
 */
export async function mergeRun(ticket: RunTicket): Promise<{ findings: number } | null> {
  const context = await contextOf(ticket);
  if (!context) return null;
  if (context.run.mergedPass === ticket.pass) return { findings: -1 };
  const detections = await readDetections(pool(), ticket.runId);
  const tiles = await readSeenTiles(pool(), ticket.runId);
  const groups = mergePages(detections, tiles, context.run.configuration.merge);

  const findings = await inTransaction(async (client) => {
    const run = await findRun(client, ticket.runId, true);
    if (run?.pass !== ticket.pass || run.state !== "running") return null;
    const count = await replaceFindings(client, run.id, run.imageId, groups);
    await client.query("UPDATE runs SET merged_pass = pass WHERE id = $1", [run.id]);
    await setRunState(client, run.id, "synthesizing", null);
    const scope = { imageId: run.imageId, runId: run.id };
    await appendEvent(client, { ...scope, event: { kind: "findings", added: [], removed: [], reset: true } });
    const event = { kind: "run", state: "synthesizing", reason: null, tilesTotal: run.tilesTotal } as const;
    await appendEvent(client, { ...scope, event });
    return count;
  });
  wake();
  if (findings !== null) logRun(ticket.runId, "synthesizing", { findings });
  return { findings: findings ?? 0 };
}

type PageGroup = Omit<MergedFinding, "id" | "returnsToQueue">;

function mergePages(
  detections: readonly RunDetection[],
  tiles: readonly (SeenTile & { page: number })[],
  settings: MergeSettings,
): PageGroup[] {
  const pages = [...new Set(detections.map((detection) => detection.page))].sort((a, b) => a - b);
  return pages.flatMap((page) => {
    const onPage = detections.filter((detection) => detection.page === page);
    const groups = mergeDetections(onPage, settings).map((group) => {
      const keeper = onPage[group.keeper];
      const members = [group.keeper, ...group.merged].flatMap((index) => {
        const detection = onPage[index];
        return detection ? [detection.member] : [];
      });
      // What was kept as it is keeps its own shape; joined boxes have their members' shapes together.
      const isOwn = group.merged.length === 0 || settings.method === "nms";
      const shapes = [group.keeper, ...group.merged].flatMap((index) => onPage[index]?.geometry ?? []);
      const geometry = isOwn ? (keeper?.geometry ?? null) : joinedOutline(shapes);
      const { box, label, score } = group;
      return {
        page,
        box,
        label,
        score,
        geometry,
        text: keeper?.text ?? null,
        measurements: isOwn ? (keeper?.measurements ?? null) : null,
        members,
      };
    });
    const seen = groups.map(({ box, members }) => ({ box, tiles: members.map(([tile]) => tile) }));
    const disagreed = disagreements(
      seen,
      tiles.filter((tile) => tile.page === page),
    );
    return groups.map((group, at): PageGroup => ({ ...group, disagreement: disagreed[at] ?? null }));
  });
}

async function replaceFindings(
  client: PoolClient,
  runId: string,
  imageId: string,
  groups: readonly PageGroup[],
): Promise<number> {
  const existing = await readFindingsOfRun(client, runId);
  const plan = carryOver(existing, groups);
  const merged = groups.map((group, index): MergedFinding => {
    const carried = plan.groups[index];
    return { ...group, id: carried?.id ?? uuidv7(), returnsToQueue: carried?.conflict ?? false };
  });
  await applyMerge(client, { runId, imageId, merged, absorbed: plan.absorbed, vanished: plan.vanished });
  return merged.length + plan.kept.length;
}
