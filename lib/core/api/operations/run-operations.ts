import { runRequestSchema, runSchema, tileSchema } from "#lib/core/detection/run.ts";
import { exportQuery } from "../exports.ts";
import { pageOf } from "../params.ts";
import { runListQuerySchema, runPatchSchema, runReleaseSchema, tileListQuerySchema, tileRetrySchema } from "../runs.ts";
import type { Operation } from "./operation.ts";

function control(verb: string, summary: string): Operation {
  return { method: "post", path: `/runs/{runId}/${verb}`, role: "operator", summary, status: 200, answer: runSchema };
}

export const RUN_OPERATIONS: readonly Operation[] = [
  {
    method: "post",
    path: "/images/{imageId}/runs",
    role: "operator",
    summary: "Starts a run; the preset and the defaults fill in what is absent",
    body: runRequestSchema,
    headers: { "Idempotency-Key": "asked again with the same key, the answer is the first run" },
    status: 201,
    answer: runSchema,
  },
  {
    method: "get",
    path: "/runs",
    role: "viewer",
    summary: "Runs, newest first",
    query: runListQuerySchema,
    status: 200,
    answer: pageOf(runSchema),
  },
  { method: "get", path: "/runs/{runId}", role: "viewer", summary: "One run", status: 200, answer: runSchema },
  {
    method: "patch",
    path: "/runs/{runId}",
    role: "operator",
    summary: "Changes the cap on tiles in flight, also while it runs",
    body: runPatchSchema,
    status: 200,
    answer: runSchema,
  },
  control("pause", "Pauses: tiles in flight finish, nothing new starts"),
  control("resume", "Goes on"),
  control("cancel", "Cancels: calls in flight are aborted, findings so far stay"),
  control("retry", "Runs the tiles that failed again"),
  {
    method: "post",
    path: "/runs/{runId}/release",
    role: "owner",
    summary: "Lets a run that its own moderation model blocked go on",
    body: runReleaseSchema,
    status: 200,
    answer: runSchema,
  },
  {
    method: "get",
    path: "/runs/{runId}/tiles",
    role: "viewer",
    summary: "The tile ledger",
    query: tileListQuerySchema,
    status: 200,
    answer: pageOf(tileSchema),
  },
  {
    method: "post",
    path: "/runs/{runId}/tiles/retry",
    role: "operator",
    summary: "Runs just these tiles again",
    body: tileRetrySchema,
    status: 200,
    answer: runSchema,
  },
  {
    method: "get",
    path: "/runs/{runId}/events",
    role: "viewer",
    summary: "What happens to the run: server-sent events run, tile, findings, limit, scene",
    headers: { "Last-Event-ID": "goes on after this event" },
    status: 200,
    answer: ["text/event-stream"],
  },
  {
    method: "get",
    path: "/runs/{runId}/export",
    role: "viewer",
    summary: "Its findings in a format, streamed. Rejected ones are left out unless asked for",
    query: exportQuery,
    status: 200,
    answer: ["application/json", "application/geo+json", "text/csv"],
  },
];
