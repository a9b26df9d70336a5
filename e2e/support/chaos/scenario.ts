import { randomFrom } from "../random.ts";

/** What a seed decides: how the provider misbehaves, what it enforces, and what is done to a run while it works. */

/** Shares are of calls; times are milliseconds. */
type Misbehaviour = {
  latencyMs: number;
  jitterMs: number;
  /** Refused at random with 429. */
  throttled: number;
  retryAfter: "none" | "milliseconds" | "seconds";
  errors: number;
  hangs: number;
  resets: number;
  /** Cut off in the middle of the body. */
  cuts: number;
  /** Replies that end before the JSON does, as a model's own limit ends them. */
  truncated: number;
  /** Prose, another shape, nothing: replies that are sent back once to be mended. */
  wrong: number;
};

/** What the provider enforces. `told`: people have set the same limit in the product, which must then never exceed it. */
type Enforced =
  | { kind: "in-flight"; allows: number; told: boolean; saysWhen: boolean }
  | { kind: "rate"; perMinute: number; told: boolean; saysWhen: boolean };

export type Act =
  | { kind: "kill the server" | "kill server and Postgres" | "kill Postgres" | "restart Postgres" }
  | { kind: "kill the workers" | "replace the server" | "replace the workers" }
  | { kind: "pause"; ms: number }
  | { kind: "change the cap"; cap: number }
  | { kind: "look"; x: number; y: number };

export type Scenario = {
  name: string;
  /** Two: a server, and one that only works. */
  processes: 1 | 2;
  cap: number;
  provider: Misbehaviour;
  enforced: Enforced | null;
  /** In order, each when that share of the tiles has been answered. */
  acts: { at: number; act: Act }[];
};

/** A provider that does all it is asked, and nobody who disturbs. */
export const UNDISTURBED: Scenario = {
  name: "undisturbed",
  processes: 1,
  cap: 16,
  provider: {
    latencyMs: 5,
    jitterMs: 0,
    throttled: 0,
    retryAfter: "none",
    errors: 0,
    hangs: 0,
    resets: 0,
    cuts: 0,
    truncated: 0,
    wrong: 0,
  },
  enforced: null,
  acts: [],
};

type Random = () => number;

const between = (random: Random, least: number, most: number): number => least + random() * (most - least);
const whole = (random: Random, least: number, most: number): number => Math.floor(between(random, least, most + 1));

/** The scenario of a seed: `acts` of the ten that there are, all different, spread over the run. */
export function scenarioOf(seed: number, acts: number): Scenario {
  const random = randomFrom(seed * 7919);
  for (let warm = 0; warm < 5; warm += 1) random();
  const processes = random() < 0.5 ? 1 : 2;
  return {
    name: `seed ${seed}`,
    processes,
    cap: whole(random, 8, 32),
    provider: misbehaviourOf(random),
    enforced: enforcedOf(random),
    acts: actsOf(random, processes, acts),
  };
}

function misbehaviourOf(random: Random): Misbehaviour {
  return {
    latencyMs: between(random, 20, 80),
    jitterMs: random() < 0.5 ? 0 : between(random, 5, 60),
    throttled: between(random, 0, 0.1),
    retryAfter: (["none", "milliseconds", "seconds"] as const)[whole(random, 0, 2)] ?? "none",
    errors: between(random, 0, 0.05),
    hangs: between(random, 0, 0.01),
    resets: between(random, 0, 0.02),
    cuts: between(random, 0, 0.02),
    truncated: between(random, 0, 0.01),
    wrong: between(random, 0, 0.03),
  };
}

function enforcedOf(random: Random): Enforced | null {
  const draw = random();
  const told = random() < 0.5;
  const saysWhen = random() < 0.5;
  if (draw < 0.4) return { kind: "in-flight", allows: whole(random, 4, 16), told, saysWhen };
  if (draw < 0.7) return { kind: "rate", perMinute: whole(random, 2400, 6000), told, saysWhen };
  return null;
}

function actsOf(random: Random, processes: 1 | 2, count: number): Scenario["acts"] {
  const deck: Act[] = [
    { kind: "kill the server" },
    { kind: "kill server and Postgres" },
    { kind: "kill Postgres" },
    { kind: "restart Postgres" },
    { kind: "replace the server" },
    { kind: "pause", ms: between(random, 300, 1500) },
    { kind: "change the cap", cap: whole(random, 4, 32) },
    { kind: "look", x: random(), y: random() },
  ];
  if (processes === 2) deck.push({ kind: "kill the workers" }, { kind: "replace the workers" });
  return Array.from({ length: Math.min(count, deck.length) }, (_, index) => {
    const at = (0.1 + index + random() * 0.8) / (count + 0.4);
    const [act] = deck.splice(whole(random, 0, deck.length - 1), 1);
    return act ? [{ at, act }] : [];
  }).flat();
}

/** A scenario in a line, for the log. */
export function inWords({ processes, cap, provider, enforced, acts }: Scenario): string {
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const faults = Object.entries(provider)
    .filter(([name, value]) => typeof value === "number" && value > 0 && !name.endsWith("Ms"))
    .map(([name, value]) => `${name} ${percent(Number(value))}`);
  const limit =
    enforced === null
      ? []
      : [
          `${enforced.kind === "rate" ? `${enforced.perMinute} a minute` : `${enforced.allows} in flight`} ${enforced.told ? "told" : "untold"}`,
        ];
  const steps = acts.map(({ at, act }) => `${act.kind} at ${percent(at)}`);
  return [`${processes} processes, cap ${cap}`, ...faults, ...limit, ...steps].join(", ");
}
