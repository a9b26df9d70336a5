/** One sample of Prometheus' text form. */
type Sample = { name: string; labels: Record<string, string>; value: number };
export type Family = { name: string; type: string; samples: Sample[] };

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const LABEL = `[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"`;
const SAMPLE = new RegExp(`^(${NAME})(?:\\{((?:${LABEL})(?:,${LABEL})*)\\})? ([^ ]+)$`);
const VALUE = /^(?:[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|NaN|Nan)$/i;
const SUFFIXES: Record<string, readonly string[]> = {
  counter: [""],
  gauge: [""],
  histogram: ["_bucket", "_sum", "_count"],
  summary: ["", "_sum", "_count"],
};

/**
 * Reads Prometheus' text form 0.0.4 and takes nothing that its description forbids: every sample below the HELP and TYPE of its family,
 * no family and no series twice, labels and values well formed, counters not negative, buckets that only grow and end with all.
 * Throws with the line.
 */
export function parseExposition(text: string): Map<string, Family> {
  const families = new Map<string, Family>();
  const series = new Set<string>();
  let family: Family | null = null;
  let helped: string | null = null;
  if (!text.endsWith("\n")) throw new Error("the last line does not end");
  for (const line of text.slice(0, -1).split("\n")) {
    const fail = (why: string): never => {
      throw new Error(`${why}: ${line}`);
    };
    if (line === "") continue;
    const help = new RegExp(`^# HELP (${NAME}) .+$`).exec(line);
    if (help?.[1]) {
      if (families.has(help[1])) fail("a family twice");
      helped = help[1];
      continue;
    }
    const type = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram|summary)$`).exec(line);
    if (type?.[1] && type[2]) {
      if (helped !== type[1]) fail("a type without its help");
      family = { name: type[1], type: type[2], samples: [] };
      families.set(type[1], family);
      continue;
    }
    const [, name = "", labelText = "", valueText = ""] = SAMPLE.exec(line) ?? fail("no sample");
    if (!VALUE.test(valueText)) fail("no value");
    const owner: Family = family ?? fail("a sample of no family");
    if (!SUFFIXES[owner.type]?.some((suffix) => name === `${owner.name}${suffix}`)) fail("a sample of another family");
    const labels = Object.fromEntries(
      [...labelText.matchAll(new RegExp(LABEL, "g"))].map(([pair]) => {
        const at = pair.indexOf("=");
        return [pair.slice(0, at), unescaped(pair.slice(at + 2, -1))];
      }),
    );
    const key = `${name} ${JSON.stringify(Object.entries(labels).sort())}`;
    if (series.has(key)) fail("a series twice");
    series.add(key);
    const value = Number(valueText.replace(/inf$/i, "Infinity"));
    if (owner.type === "counter" && !(value >= 0)) fail("a counter below zero");
    owner.samples.push({ name, labels, value });
  }
  for (const one of families.values()) if (one.type === "histogram") checkBuckets(one);
  return families;
}

function unescaped(text: string): string {
  return text.replace(/\\(["\\n])/g, (_all, what: string) => (what === "n" ? "\n" : what));
}

function checkBuckets({ name, samples }: Family): void {
  const last = new Map<string, { bound: number; count: number }>();
  const totals = new Map<string, number>();
  for (const { name: of, labels, value } of samples) {
    const { le, ...rest } = labels;
    const key = JSON.stringify(rest);
    if (of === `${name}_count`) totals.set(key, value);
    if (of !== `${name}_bucket`) continue;
    const bound = Number(le?.replace("Inf", "Infinity"));
    const before = last.get(key);
    if (before && (bound <= before.bound || value < before.count)) throw new Error(`buckets of ${name} do not grow`);
    last.set(key, { bound, count: value });
  }
  for (const [key, { bound, count }] of last) {
    if (bound !== Number.POSITIVE_INFINITY || totals.get(key) !== count)
      throw new Error(`buckets of ${name} lack some`);
  }
}

/** The sum of a family's samples that carry these labels; with a suffix, of those of that name. */
export function total(
  families: ReadonlyMap<string, Family>,
  name: string,
  labels: Record<string, string> = {},
  suffix = "",
): number {
  const wanted = Object.entries(labels);
  const samples = families.get(name)?.samples ?? [];
  return samples
    .filter(
      (sample) => sample.name === `${name}${suffix}` && wanted.every(([key, value]) => sample.labels[key] === value),
    )
    .reduce((sum, sample) => sum + sample.value, 0);
}
