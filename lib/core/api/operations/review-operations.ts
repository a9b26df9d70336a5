import { reviewQueueRequest, reviewQueueSchema, runEstimateSchema, searchedTileSchema } from "../review.ts";
import type { Operation } from "./operation.ts";

export const REVIEW_OPERATIONS: readonly Operation[] = [
  {
    method: "post",
    path: "/images/{imageId}/review",
    role: "reviewer",
    summary: "Takes undecided findings to decide on, which nobody else gets meanwhile; keeps them, gives them back",
    body: reviewQueueRequest,
    status: 200,
    answer: reviewQueueSchema,
  },
  {
    method: "get",
    path: "/runs/{runId}/estimate",
    role: "viewer",
    summary: "Precision from decisions in random order and recall from searched tiles, with 95 % Wilson intervals",
    status: 200,
    answer: runEstimateSchema,
  },
  {
    method: "put",
    path: "/runs/{runId}/searched",
    role: "reviewer",
    summary: "Says that everything in a tile is marked, for the estimate of recall, or takes that back",
    body: searchedTileSchema,
    status: 200,
    answer: runEstimateSchema,
  },
];
