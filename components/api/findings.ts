import { z } from "zod";
import {
  type bulkRequestSchema,
  bulkResultSchema,
  commentSchema,
  type FindingComment,
  type FindingSummary,
  findingSummarySchema,
  type HistoryEntry,
  historyEntrySchema,
  type newCommentSchema,
} from "#lib/core/api/findings.ts";
import { pageOf } from "#lib/core/api/params.ts";
import { type Evidence, evidenceSchema } from "#lib/core/detection/evidence.ts";
import { type Finding, type FindingPatch, findingSchema, type newFindingSchema } from "#lib/core/detection/finding.ts";
import { query, send, sendJson } from "./http.ts";

/** Findings of one page of an image, 0-based. */
type Scope = { imageId: string; runId: string | null; page: number };

/** Counts of findings, of those that pass a filter where one is given. */
export const summariseFindings = (
  scope: Scope & { signal: AbortSignal },
  filter: Parameters<typeof query>[0] = {},
): Promise<FindingSummary> => {
  const search = query({ run: scope.runId, page: scope.page, ...filter });
  return sendJson(findingSummarySchema, `/api/v1/images/${scope.imageId}/findings/summary${search}`, {
    signal: scope.signal,
  });
};

/** What people drew, oldest first, as much as one page holds. */
export const listDrawn = async ({
  imageId,
  runId,
  page,
  signal,
}: Scope & { signal: AbortSignal }): Promise<Finding[]> =>
  (
    await sendJson(
      pageOf(findingSchema),
      `/api/v1/images/${imageId}/findings${query({ run: runId, page, source: "person", limit: 1000 })}`,
      { signal },
    )
  ).items;

/** The findings of one viewer tile in binary form; with `outlines` those that have a shape at least so large, and it. */
export const readFindingTile = async (
  options: Scope & { tile: { level: number; x: number; y: number }; outlines?: number; signal: AbortSignal },
): Promise<ArrayBuffer> => {
  const { level, x, y } = options.tile;
  const search = query({ version: 2, run: options.runId, page: options.page, outlines: options.outlines });
  const path = `/api/v1/images/${options.imageId}/findings/tiles/${level}/${x}/${y}${search}`;
  return (await send(path, { signal: options.signal })).arrayBuffer();
};

export const readFinding = (id: string, signal?: AbortSignal): Promise<Finding> =>
  sendJson(findingSchema, `/api/v1/findings/${id}`, { signal });

/** What is said beside a change: its name, so that it is made once however often it is sent, and whether it was a random sample's. */
type ChangeNote = { writeId: string; sampled: boolean };

/** Changes a finding that is still at `version`; throws a problem of status 412 where it has moved on. */
export const patchFinding = (id: string, version: number, patch: FindingPatch, note: ChangeNote): Promise<Finding> =>
  sendJson(findingSchema, `/api/v1/findings/${id}`, {
    method: "PATCH",
    body: patch,
    headers: {
      "if-match": `"${version}"`,
      "idempotency-key": note.writeId,
      ...(note.sampled && { "review-order": "random" }),
    },
  });

export const drawFinding = (finding: z.input<typeof newFindingSchema>): Promise<Finding> =>
  sendJson(findingSchema, "/api/v1/findings", { method: "POST", body: finding });

/** Brings back a finding that was removed. */
export const restoreFinding = (id: string, writeId: string): Promise<Finding> =>
  sendJson(findingSchema, `/api/v1/findings/${id}/restore`, {
    method: "POST",
    headers: { "idempotency-key": writeId },
  });

export async function deleteFinding(id: string, version: number, writeId: string): Promise<void> {
  const headers = { "if-match": `"${version}"`, "idempotency-key": writeId };
  await send(`/api/v1/findings/${id}`, { method: "DELETE", headers });
}

/** One decision over all findings of a filter. */
export const decideOnMany = (request: z.input<typeof bulkRequestSchema>): Promise<z.infer<typeof bulkResultSchema>> =>
  sendJson(bulkResultSchema, "/api/v1/findings/bulk", { method: "POST", body: request });

/** Takes such a decision back from all findings that nobody changed since. */
export const undoDecision = (undo: string, as?: string): Promise<{ count: number }> =>
  sendJson(z.object({ count: z.number() }), "/api/v1/findings/bulk/undo", { method: "POST", body: { undo, as } });

export const listComments = async (id: string, signal: AbortSignal): Promise<FindingComment[]> =>
  (await sendJson(z.object({ items: z.array(commentSchema) }), `/api/v1/findings/${id}/comments`, { signal })).items;

export const addComment = (id: string, comment: z.input<typeof newCommentSchema>): Promise<FindingComment> =>
  sendJson(commentSchema, `/api/v1/findings/${id}/comments`, { method: "POST", body: comment });

export const listHistory = async (id: string, signal: AbortSignal): Promise<HistoryEntry[]> =>
  (await sendJson(z.object({ items: z.array(historyEntrySchema) }), `/api/v1/findings/${id}/history`, { signal }))
    .items;

/** What a finding rests on. */
export const readEvidence = (id: string, signal: AbortSignal): Promise<Evidence> =>
  sendJson(evidenceSchema, `/api/v1/findings/${id}/evidence`, { signal });
