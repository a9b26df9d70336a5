import type { MergeSettings } from "#lib/core/detection/run.ts";
import { mergeDetections } from "#lib/core/merging/merge.ts";
import { naiveMerge } from "#lib/core/merging/naive-merge.ts";
import type { MergeInput } from "#lib/core/merging/ranked-boxes.ts";

/**
 * How long merging takes, beside the pairwise definition where that is feasible (and equal to it there). The scene is what tiling
 * makes: objects of mixed sizes, each seen whole or cut by up to four overlapping tiles, with jitter.
 */
const SIZES = [1000, 5000, 50_000, 1_000_000];
const NAIVE_LIMIT = 5000;
const BUDGET_MS: Readonly<Record<number, number>> = { 50000: 1000, 1000000: 30_000 };
const SETTINGS: readonly MergeSettings[] = (["nms", "greedy-nmm", "nmm"] as const).flatMap((method) =>
  (["iou", "ios"] as const).map((metric) => ({ method, metric, threshold: 0.5 })),
);

/** Numbers in 0…1 that are the same in every run (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Detections of a dense scene: objects cover about a third of the picture; 512 px tiles with 20 % overlap. */
function tiledScene(count: number): MergeInput[] {
  const random = randomNumbers(7);
  const side = Math.ceil(Math.sqrt(count * 2500));
  const [tile, step] = [512, 410];
  const detections: MergeInput[] = [];
  while (detections.length < count) {
    const [x, y] = [random() * side, random() * side];
    const [width, height] = [8 * 2 ** (random() * 3.5), 8 * 2 ** (random() * 3.5)];
    const label = random() < 0.7 ? "car" : "truck";
    for (let row = Math.max(0, Math.ceil((y - tile) / step)); row * step < y + height; row++) {
      for (let column = Math.max(0, Math.ceil((x - tile) / step)); column * step < x + width; column++) {
        const left = Math.max(x + random() * 2, column * step);
        const top = Math.max(y + random() * 2, row * step);
        const right = Math.min(x + width + random() * 2, column * step + tile);
        const bottom = Math.min(y + height + random() * 2, row * step + tile);
        if (right - left < 3 || bottom - top < 3) continue;
        detections.push({ box: [left, top, right - left, bottom - top], score: random(), label });
      }
    }
  }
  return detections.slice(0, count);
}

/** Time on the clock and on the processor; on an idle machine they differ by what the garbage collector does beside. */
function measured<T>(work: () => T): { value: T; ms: number; cpuMs: number } {
  const start = performance.now();
  const cpuStart = process.cpuUsage();
  const value = work();
  const { user, system } = process.cpuUsage(cpuStart);
  return { value, ms: performance.now() - start, cpuMs: (user + system) / 1000 };
}

function sorted(indices: readonly number[]): string {
  return indices.toSorted((a, b) => a - b).join();
}

let missed = 0;
process.stdout.write("detections  method      metric  groups   ms      cpu ms  naive ms  equal\n");
for (const size of SIZES) {
  const detections = tiledScene(size);
  for (const settings of SETTINGS) {
    const { value: groups, ms, cpuMs } = measured(() => mergeDetections(detections, settings));
    const naive = size <= NAIVE_LIMIT ? measured(() => naiveMerge(detections, settings)) : null;
    const isEqual =
      naive === null ||
      (naive.value.size === groups.length &&
        groups.every(({ keeper, merged }) => sorted(naive.value.get(keeper) ?? []) === sorted(merged)));
    if (!isEqual || cpuMs > (BUDGET_MS[size] ?? Infinity)) missed++;
    const cells = [
      String(size).padEnd(10),
      settings.method.padEnd(10),
      settings.metric.padEnd(6),
      String(groups.length).padEnd(7),
      ms.toFixed(0).padEnd(6),
      cpuMs.toFixed(0).padEnd(6),
      (naive ? naive.ms.toFixed(0) : "–").padEnd(8),
      naive ? String(isEqual) : "–",
    ];
    process.stdout.write(`${cells.join("  ")}\n`);
  }
}
if (missed > 0) {
  process.stderr.write(`${missed} rows over budget (50,000 in 1 s, 1,000,000 in 30 s) or unequal\n`);
  process.exitCode = 1;
}
