/** The smallest of 1, 2, 2.5 and 5 times a power of ten that is at least `least`. */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const lead = least / power;
  const nice = [1, 2, 2.5, 5, 10].find((each) => lead <= each * (1 + 1e-9)) ?? 10;
  return nice * power;
}

/** Multiples of a round step from 0 to at least `most`, about `count` of them. */
export function niceTicks(most: number, count: number): number[] {
  const step = niceStep(Math.max(most, Number.MIN_VALUE) / count);
  const ticks: number[] = [];
  for (let tick = 0; tick * step < most + step * (1 - 1e-9); tick++) ticks.push(Number((tick * step).toPrecision(12)));
  return ticks;
}

/** Round edges of about `bins` bins that hold `low` to `high`. */
export function niceEdges(low: number, high: number, bins: number): number[] {
  const step = niceStep(Math.max(high - low, high * 1e-6, 1e-12) / bins);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}
