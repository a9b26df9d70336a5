/** How fine a histogram is: neighbouring steps differ by `ratio`; values up to `least` share the lowest. */
type Fineness = { least: number; ratio: number; steps: number };

/** True to one part in a hundred, for milliseconds, US dollars, tokens and counts alike. */
const FINE: Fineness = { least: 1e-7, ratio: 1.01, steps: 3600 };

/** The step that a value falls on: worth keeping where it is added and taken away many times. */
export function stepOf(value: number, { least, ratio, steps }: Fineness = FINE): number {
  return value <= least ? 0 : Math.min(steps - 1, 1 + Math.floor(Math.log(value / least) / Math.log(ratio)));
}

/** How values are spread; values can be taken away again, so that it follows a time that goes back and forth. */
export type Histogram = {
  readonly size: number;
  /** `step`: where it falls, if that was asked before. */
  add: (value: number, step?: number) => void;
  remove: (value: number, step?: number) => void;
  /** The values of another are added. */
  join: (other: Histogram) => void;
  each: (visit: (step: number, count: number, sample: number) => void) => void;
  /** The value below which `share` of all lie; null of none. */
  quantile: (share: number) => number | null;
};

/** Makes an empty histogram of values from 0. Adding, taking away and asking cost the same however many there are. */
export function createHistogram(fineness: Fineness = FINE): Histogram {
  const { steps } = fineness;
  const counts = new Uint32Array(steps);
  /** A value that fell on each step, so that what is answered is one that there was. */
  const samples = new Float64Array(steps);
  let size = 0;
  return {
    get size() {
      return size;
    },
    add(value, step = stepOf(value, fineness)) {
      counts[step] = (counts[step] ?? 0) + 1;
      samples[step] = value;
      size += 1;
    },
    remove(value, step = stepOf(value, fineness)) {
      counts[step] = (counts[step] ?? 1) - 1;
      size -= 1;
    },
    join(other) {
      other.each((step, count, sample) => {
        counts[step] = (counts[step] ?? 0) + count;
        samples[step] = sample;
        size += count;
      });
    },
    each(visit) {
      for (let step = 0; step < steps; step += 1) {
        const count = counts[step] ?? 0;
        if (count > 0) visit(step, count, samples[step] ?? 0);
      }
    },
    quantile(share) {
      if (size === 0) return null;
      const wanted = Math.min(size - 1, Math.floor(share * size));
      let below = 0;
      for (let step = 0; step < steps; step += 1) {
        below += counts[step] ?? 0;
        if (below > wanted) return samples[step] ?? 0;
      }
      return null;
    },
  };
}
