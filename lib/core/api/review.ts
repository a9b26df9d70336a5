import { z } from "zod";
import { findingSchema } from "../detection/finding.ts";

/** The order in which findings are put before a reviewer; `random` makes the decisions an unbiased sample. */
export const REVIEW_ORDERS = ["uncertainty", "label", "size", "random"] as const;
export type ReviewOrder = (typeof REVIEW_ORDERS)[number];

/** How long a finding stays with the one before whom it is, unless it is asked for again, in seconds. */
export const HOLD_SECONDS = 60;

/** `POST /images/:id/review`: what a reviewer's page gives back, keeps and takes of the findings still to be decided. */
export const reviewQueueRequest = z.strictObject({
  /** Names the page, so that two of one person's get different findings too. */
  page: z.uuid(),
  run: z.uuid().nullable().default(null),
  /** Page of the image, 0-based; absent: all. */
  imagePage: z.number().int().min(0).optional(),
  label: z.string().min(1).max(200).optional(),
  order: z.enum(REVIEW_ORDERS).default("uncertainty"),
  count: z.number().int().min(0).max(100).default(20),
  /** Held already, to be held on. */
  keep: z.array(z.uuid()).max(200).default([]),
  /** Set aside for now. */
  skip: z.array(z.uuid()).max(2000).default([]),
  /** Gives back whatever the page holds, but for what it keeps. */
  release: z.boolean().default(false),
});
export type ReviewQueueRequest = z.input<typeof reviewQueueRequest>;

/** `kept`: of those asked to be kept, the ones that are; `waiting`: all that are undecided, whoever holds them. */
export const reviewQueueSchema = z.object({
  items: z.array(findingSchema),
  kept: z.array(z.uuid()),
  waiting: z.number().int(),
});
export type ReviewQueue = z.infer<typeof reviewQueueSchema>;

const proportionSchema = z.object({ value: z.number(), low: z.number(), high: z.number() });

/** Right ones of those counted, the share with its 95 % Wilson interval, and how many more make that ±5 %. */
const estimateSchema = z.object({
  right: z.number().int(),
  all: z.number().int(),
  share: proportionSchema.nullable(),
  more: z.number().int(),
});
export type Estimate = z.infer<typeof estimateSchema>;

/** `GET /runs/:id/estimate`. */
export const runEstimateSchema = z.object({
  precision: estimateSchema.extend({ labels: z.array(estimateSchema.extend({ label: z.string() })) }),
  /** Of what is there in the tiles that people searched: found by the run. */
  recall: estimateSchema.extend({ tiles: z.array(z.number().int()) }),
});
export type RunEstimate = z.infer<typeof runEstimateSchema>;

/** `PUT /runs/:id/searched`: a tile in which everything is marked now, or is not after all. */
export const searchedTileSchema = z.strictObject({ tile: z.number().int().min(0), searched: z.boolean() });
