import Flatbush from "flatbush";
import type { RawDetections } from "#lib/core/api/raw-detections.ts";
import type { MergeSettings } from "#lib/core/detection/run.ts";
import { mergeDetections } from "#lib/core/merging/merge.ts";
import type { MergeInput } from "#lib/core/merging/ranked-boxes.ts";

/** Boxes by column, x, y, width, height of box i at 4·i, each with its label; `index` is a Flatbush of them. Level-0 pixels. */
export type BoxColumns = { boxes: Float64Array; labelIndexes: Uint32Array; index: ArrayBuffer };

/** What a merge makes of raw detections. */
export type MergeResult = BoxColumns & {
  settings: MergeSettings;
  /** How many raw detections went into each. */
  members: Uint32Array;
  /** How many of them hold others than any finding of the merge in force. */
  others: number;
};

/** The raw detections as the merge takes them. */
export function inputsOf({ count, labels, boxes, scores, labelIndexes }: RawDetections): MergeInput[] {
  return Array.from({ length: count }, (_, at) => ({
    box: [boxes[at * 4] ?? 0, boxes[at * 4 + 1] ?? 0, boxes[at * 4 + 2] ?? 0, boxes[at * 4 + 3] ?? 0],
    score: scores[at] ?? 0,
    label: labels[labelIndexes[at] ?? 0] ?? "",
  }));
}

/** Which group each detection is in, and how many are in each group. */
export type Grouping = { groupOf: Uint32Array; sizes: Uint32Array };

/** Merges with these settings. `inForce`: the grouping to tell differences from; null where this is it. */
export function mergeColumns(
  inputs: readonly MergeInput[],
  labelIndexes: Uint32Array,
  settings: MergeSettings,
  inForce: Grouping | null,
): { result: MergeResult; grouping: Grouping } {
  const groups = mergeDetections(inputs, settings);
  const boxes = new Float64Array(groups.length * 4);
  const labels = new Uint32Array(groups.length);
  const sizes = new Uint32Array(groups.length);
  const groupOf = new Uint32Array(inputs.length);
  let others = 0;
  for (const [at, { keeper, merged, box }] of groups.entries()) {
    boxes.set(box, at * 4);
    labels[at] = labelIndexes[keeper] ?? 0;
    sizes[at] = merged.length + 1;
    groupOf[keeper] = at;
    for (const member of merged) groupOf[member] = at;
    if (inForce && !isSame(inForce, keeper, merged)) others += 1;
  }
  const result = { settings, boxes, labelIndexes: labels, members: sizes, others, index: indexOf(boxes) };
  return { result, grouping: { groupOf, sizes } };
}

function isSame({ groupOf, sizes }: Grouping, keeper: number, merged: readonly number[]): boolean {
  const group = groupOf[keeper] ?? 0;
  return sizes[group] === merged.length + 1 && merged.every((member) => groupOf[member] === group);
}

/** An index of boxes by place; empty where there are none. */
export function indexOf(boxes: Float64Array): ArrayBuffer {
  const count = boxes.length / 4;
  if (count === 0) return new ArrayBuffer(0);
  const index = new Flatbush(count);
  for (let at = 0; at < boxes.length; at += 4) {
    const [x = 0, y = 0, width = 0, height = 0] = boxes.subarray(at, at + 4);
    index.add(x, y, x + width, y + height);
  }
  index.finish();
  return index.data as ArrayBuffer;
}
