import { findingSummarySchema } from "#lib/core/api/findings.ts";
import {
  type ReviewQueue,
  type ReviewQueueRequest,
  type RunEstimate,
  reviewQueueSchema,
  runEstimateSchema,
} from "#lib/core/api/review.ts";
import { query, send, sendJson } from "./http.ts";

/** Takes undecided findings to decide on, keeps those that are named, gives the others back. */
export const takeFromQueue = (
  imageId: string,
  request: ReviewQueueRequest,
  signal?: AbortSignal,
): Promise<ReviewQueue> =>
  sendJson(reviewQueueSchema, `/api/v1/images/${imageId}/review`, { method: "POST", body: request, signal });

/** Gives back all that a page holds, also while it is being closed. */
export const giveBack = (imageId: string, page: string): Promise<unknown> =>
  send(`/api/v1/images/${imageId}/review`, {
    method: "POST",
    body: { page, count: 0, release: true },
    keepalive: true,
  });

export const readEstimate = (runId: string, signal?: AbortSignal): Promise<RunEstimate> =>
  sendJson(runEstimateSchema, `/api/v1/runs/${runId}/estimate`, { signal });

/** Says that everything in a tile is marked, or takes that back. */
export const noteSearched = (runId: string, tile: number, searched: boolean): Promise<RunEstimate> =>
  sendJson(runEstimateSchema, `/api/v1/runs/${runId}/searched`, { method: "PUT", body: { tile, searched } });

/** How many undecided findings a decision over many would be made on. */
export const countUndecided = async (
  scope: { imageId: string; runId: string | null; page: number; minScore: number; label: string | null },
  signal: AbortSignal,
): Promise<number> => {
  const { imageId, runId, page, minScore, label } = scope;
  const search = query({ run: runId, page, minScore, label, review: "unreviewed" });
  return (await sendJson(findingSummarySchema, `/api/v1/images/${imageId}/findings/summary${search}`, { signal }))
    .total;
};
