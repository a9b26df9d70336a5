import type { MergeSettings } from "#lib/core/detection/run.ts";
import type { MergeResult } from "./merge-columns.ts";

/** What the page asks of the worker: take raw detections in, as they came, and merge them as is in force; merge them otherwise. */
export type MergeOrder =
  | { kind: "take"; buffer: ArrayBuffer; inForce: MergeSettings }
  | { kind: "merge"; settings: MergeSettings };

/** What it answers: an index of the raw detections by place; what a merge made of them; or why it could not. */
export type MergeAnswer =
  | { kind: "taken"; index: ArrayBuffer }
  | { kind: "merged"; result: MergeResult }
  | { kind: "failed"; why: string };
