import { z } from "zod";
import {
  commentSchema,
  type FindingComment,
  type FindingSummary,
  findingSummarySchema,
  type HistoryEntry,
  historyEntrySchema,
} from "#lib/core/api/findings.ts";
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

/** Changes a finding that is still at `version`; throws a problem of status 412 where it has moved on. */
export const patchFinding = (id: string, version: number, patch: FindingPatch): Promise<Finding> =>
  sendJson(findingSchema, `/api/v1/findings/${id}`, {
    method: "PATCH",
    body: patch,
    headers: { "if-match": `"${version}"` },
  });

export const drawFinding = (finding: z.input<typeof newFindingSchema>): Promise<Finding> =>
  sendJson(findingSchema, "/api/v1/findings", { method: "POST", body: finding });

/** Brings back a finding that was removed. */
export const restoreFinding = (id: string): Promise<Finding> =>
  sendJson(findingSchema, `/api/v1/findings/${id}/restore`, { method: "POST" });

export async function deleteFinding(id: string, version: number): Promise<void> {
  await send(`/api/v1/findings/${id}`, { method: "DELETE", headers: { "if-match": `"${version}"` } });
}

export const listComments = async (id: string, signal: AbortSignal): Promise<FindingComment[]> =>
  (await sendJson(z.object({ items: z.array(commentSchema) }), `/api/v1/findings/${id}/comments`, { signal })).items;

export const addComment = (id: string, text: string): Promise<FindingComment> =>
  sendJson(commentSchema, `/api/v1/findings/${id}/comments`, { method: "POST", body: { text } });

export const listHistory = async (id: string, signal: AbortSignal): Promise<HistoryEntry[]> =>
  (await sendJson(z.object({ items: z.array(historyEntrySchema) }), `/api/v1/findings/${id}/history`, { signal }))
    .items;
