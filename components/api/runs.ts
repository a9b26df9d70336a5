import type { z } from "zod";
import { pageOf } from "#lib/core/api/params.ts";
import { historyItemSchema, type Viewport } from "#lib/core/api/runs.ts";
import {
  type MergeSettings,
  type Region,
  type Run,
  type RunRequest,
  type RunSort,
  type RunState,
  runSchema,
  type Tile,
  tileSchema,
} from "#lib/core/detection/run.ts";
import { query, send, sendJson } from "./http.ts";

const runsPage = pageOf(runSchema);
const tilesPage = pageOf(tileSchema);

export type RunAction = "pause" | "resume" | "cancel" | "retry";

export async function listRuns(imageId: string, signal?: AbortSignal): Promise<Run[]> {
  return (await sendJson(runsPage, `/api/v1/runs${query({ image: imageId, limit: 100 })}`, { signal })).items;
}

export const readRun = (id: string, signal?: AbortSignal): Promise<Run> =>
  sendJson(runSchema, `/api/v1/runs/${id}`, { signal });

/** Starts a run. The same `key` starts one only once, however often it is sent. */
export const startRun = (imageId: string, request: RunRequest, key: string): Promise<Run> =>
  sendJson(runSchema, `/api/v1/images/${imageId}/runs`, {
    method: "POST",
    body: request,
    headers: { "idempotency-key": key },
  });

/** The latest runs of all images, newest first. */
export const listLatestRuns = async (signal: AbortSignal): Promise<Run[]> =>
  (await sendJson(runsPage, `/api/v1/runs${query({ limit: 200 })}`, { signal })).items;

export async function setConcurrency(id: string, concurrency: number): Promise<void> {
  await send(`/api/v1/runs/${id}`, { method: "PATCH", body: { concurrency } });
}

export async function controlRun(id: string, action: RunAction): Promise<void> {
  await send(`/api/v1/runs/${id}/${action}`, { method: "POST" });
}

/** The whole tile ledger of a run, page after page in order of index. */
export async function readLedger(id: string, onPage: (tiles: Tile[]) => void, signal: AbortSignal): Promise<void> {
  let cursor: string | null = null;
  do {
    const page: { items: Tile[]; nextCursor: string | null } = await sendJson(
      tilesPage,
      `/api/v1/runs/${id}/tiles${query({ cursor, limit: 5000 })}`,
      { signal },
    );
    onPage(page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
}

const historyPage = pageOf(historyItemSchema);

/** What happened to a run so far, page after page, oldest first. */
export async function readHistory(
  id: string,
  onPage: (items: z.infer<typeof historyItemSchema>[]) => void,
  signal: AbortSignal,
): Promise<void> {
  let cursor: string | null = null;
  do {
    const page: z.infer<typeof historyPage> = await sendJson(
      historyPage,
      `/api/v1/runs/${id}/history${query({ cursor, limit: 5000 })}`,
      { signal },
    );
    onPage(page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
}

/** What the tiles of a run said of a page, 0-based, in the binary form of `lib/core/api/raw-detections.ts`. */
export const readRawDetections = async (id: string, page: number, signal: AbortSignal): Promise<ArrayBuffer> =>
  (await send(`/api/v1/runs/${id}/detections${query({ page })}`, { signal })).arrayBuffer();

/** Has a run merged again with other settings, as a new version of its findings. */
export const saveMerge = (id: string, settings: MergeSettings): Promise<Run> =>
  sendJson(runSchema, `/api/v1/runs/${id}/merge`, { method: "POST", body: settings });

/** Runs just these tiles again. */
export async function retryTiles(id: string, tiles: readonly number[]): Promise<void> {
  await send(`/api/v1/runs/${id}/tiles/retry`, { method: "POST", body: { tiles } });
}

/** Runs the tiles of a page again that share area with a region. */
export async function retryRegion(id: string, region: Region, page: number): Promise<void> {
  await send(`/api/v1/runs/${id}/tiles/retry`, { method: "POST", body: { region, page } });
}

/** Says what is being looked at, in level-0 pixels: its tiles go first. */
export async function lookAt(id: string, view: Viewport): Promise<void> {
  await send(`/api/v1/runs/${id}/viewport`, { method: "POST", body: view });
}

/** A page of runs of all images. */
export const listRunsPage = (
  filter: { state: RunState | null; q: string; collection: string | null; sort: RunSort },
  cursor: string | null,
  signal: AbortSignal,
  limit = 50,
): Promise<z.infer<typeof runsPage>> => {
  const { state, collection, sort } = filter;
  const q = filter.q.trim() === "" ? null : filter.q;
  return sendJson(runsPage, `/api/v1/runs${query({ state, q, collection, sort, cursor, limit })}`, { signal });
};
