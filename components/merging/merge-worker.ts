import { decodeRawDetections } from "#lib/core/api/raw-detections.ts";
import type { MergeSettings } from "#lib/core/detection/run.ts";
import type { MergeInput } from "#lib/core/merging/ranked-boxes.ts";
import { type Grouping, indexOf, inputsOf, mergeColumns } from "./merge-columns.ts";
import type { MergeAnswer, MergeOrder } from "./merge-orders.ts";

let inputs: MergeInput[] = [];
let labelIndexes: Uint32Array = new Uint32Array();
let inForce: Grouping | null = null;

const answer = (message: MergeAnswer): void => self.postMessage(message);

function merge(settings: MergeSettings): void {
  const { result, grouping } = mergeColumns(inputs, labelIndexes, settings, inForce);
  inForce ??= grouping;
  answer({ kind: "merged", result });
}

function take(order: Extract<MergeOrder, { kind: "take" }>): void {
  const raw = decodeRawDetections(order.buffer);
  inputs = inputsOf(raw);
  labelIndexes = raw.labelIndexes;
  answer({ kind: "taken", index: indexOf(raw.boxes) });
  merge(order.inForce);
}

self.addEventListener("message", ({ data: order }: MessageEvent<MergeOrder>) => {
  try {
    if (order.kind === "take") take(order);
    else merge(order.settings);
  } catch (error) {
    answer({ kind: "failed", why: error instanceof Error ? error.message : String(error) });
  }
});
