import { evidenceSchema } from "#lib/core/detection/evidence.ts";
import { findingPatchSchema, findingSchema, newFindingSchema } from "#lib/core/detection/finding.ts";
import {
  bulkRequestSchema,
  bulkResultSchema,
  bulkUndoSchema,
  commentSchema,
  findingListQuery,
  findingSummaryQuery,
  findingSummarySchema,
  findingTileQuery,
  historyEntrySchema,
  newCommentSchema,
} from "../findings.ts";
import { pageOf } from "../params.ts";
import type { Operation } from "./operation.ts";

const IF_MATCH = { "If-Match": 'the version that the change is made on, e.g. "3"; an older one is refused with 412' };

const ONCE = {
  "Idempotency-Key": "a UUID that names the change: sent again under the same one, it is not made again",
};
const REVIEW_ORDER = {
  "Review-Order":
    "`random` says that the finding was put before the person by chance, so that estimates may build on it",
};

export const FINDING_OPERATIONS: readonly Operation[] = [
  {
    method: "get",
    path: "/images/{imageId}/findings",
    role: "viewer",
    summary: "Findings of an image",
    query: findingListQuery,
    status: 200,
    answer: pageOf(findingSchema),
  },
  {
    method: "get",
    path: "/images/{imageId}/findings/summary",
    role: "viewer",
    summary: "Counts by label and review state, and the histogram of scores",
    query: findingSummaryQuery,
    status: 200,
    answer: findingSummarySchema,
  },
  {
    method: "get",
    path: "/images/{imageId}/findings/tiles/{level}/{x}/{y}",
    role: "viewer",
    summary:
      "Findings that touch a viewer tile, in a compact binary form; where dense, the surest, with how many there are, or in version 2 how many lie where",
    query: findingTileQuery,
    status: 200,
    answer: ["application/octet-stream"],
  },
  {
    method: "post",
    path: "/findings",
    role: "reviewer",
    summary: "Adds a finding drawn by hand",
    body: newFindingSchema,
    status: 201,
    answer: findingSchema,
  },
  {
    method: "get",
    path: "/findings/{findingId}",
    role: "viewer",
    summary: "One finding; its version is the ETag",
    status: 200,
    answer: findingSchema,
  },
  {
    method: "get",
    path: "/findings/{findingId}/evidence",
    role: "viewer",
    summary: "What it rests on: tiles, raw boxes, crop, prompt, replies, attempts, time and cost",
    status: 200,
    answer: evidenceSchema,
  },
  {
    method: "patch",
    path: "/findings/{findingId}",
    role: "reviewer",
    summary: "Decides, relabels, reshapes, locks",
    body: findingPatchSchema,
    headers: { ...IF_MATCH, ...ONCE, ...REVIEW_ORDER },
    status: 200,
    answer: findingSchema,
  },
  {
    method: "delete",
    path: "/findings/{findingId}",
    role: "reviewer",
    summary: "Removes what one drew oneself; an operator removes any",
    headers: { ...IF_MATCH, ...ONCE },
    status: 204,
  },
  {
    method: "post",
    path: "/findings/{findingId}/restore",
    role: "reviewer",
    summary: "Brings a removed finding back",
    headers: ONCE,
    status: 200,
    answer: findingSchema,
  },
  {
    method: "post",
    path: "/findings/bulk",
    role: "reviewer",
    summary: "One decision over all findings of a filter",
    body: bulkRequestSchema,
    status: 200,
    answer: bulkResultSchema,
  },
  {
    method: "post",
    path: "/findings/bulk/undo",
    role: "reviewer",
    summary:
      "Takes one's own bulk decision, or the taking back of one, back from all findings that nobody changed since",
    body: bulkUndoSchema,
    status: 200,
    answer: bulkResultSchema,
  },
  {
    method: "get",
    path: "/findings/{findingId}/comments",
    role: "viewer",
    summary: "Remarks, oldest first",
    status: 200,
    answer: pageOf(commentSchema),
  },
  {
    method: "post",
    path: "/findings/{findingId}/comments",
    role: "reviewer",
    summary: "Adds a remark",
    body: newCommentSchema,
    status: 201,
    answer: commentSchema,
  },
  {
    method: "get",
    path: "/findings/{findingId}/history",
    role: "viewer",
    summary: "Who did what to it, oldest first",
    status: 200,
    answer: pageOf(historyEntrySchema),
  },
];
