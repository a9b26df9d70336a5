import type { FakeBehaviour, FakeProvider } from "../fake-provider.ts";
import { randomFrom } from "../random.ts";
import type { Scenario } from "./scenario.ts";

/** What the provider did on purpose. */
export type Mischief = { throttled: number; unusable: number; hung: number };

const RETRY_AFTER = {
  none: {},
  milliseconds: { "retry-after-ms": "300" },
  seconds: { "retry-after": "1" },
} as const;

const UNUSABLE: readonly FakeBehaviour[] = [
  { kind: "nonsense" },
  { kind: "empty" },
  { kind: "text", text: '{"detections":"many"}' },
  { kind: "text", text: '{"detections":[{"label":"thing","score":' },
];

/** The provider's bucket holds a little more than what the product may have drawn ahead and kept in several processes. */
const BURST_SECONDS = 4;

/** Has the provider behave as a scenario says from now on; what it did is counted in the result. */
export function misbehave(provider: FakeProvider, { cap, provider: faults, enforced }: Scenario): Mischief {
  const random = randomFrom(cap * 31 + Math.round(faults.latencyMs));
  const done: Mischief = { throttled: 0, unusable: 0, hung: 0 };
  const behaviour = (): FakeBehaviour => {
    let draw = random();
    const falls = (share: number): boolean => {
      draw -= share;
      return draw < 0;
    };
    if (falls(faults.throttled)) {
      done.throttled += 1;
      return { kind: "status", status: 429, headers: RETRY_AFTER[faults.retryAfter] };
    }
    if (falls(faults.errors)) return { kind: "status", status: 500 };
    if (falls(faults.hangs)) {
      done.hung += 1;
      return { kind: "hang" };
    }
    if (falls(faults.resets)) return { kind: "reset" };
    if (falls(faults.cuts)) return { kind: "cut" };
    if (falls(faults.truncated)) return { kind: "truncated" };
    if (falls(faults.wrong)) {
      done.unusable += 1;
      return UNUSABLE[done.unusable % UNUSABLE.length] ?? { kind: "empty" };
    }
    return { kind: "ok" };
  };
  provider.set({
    behaviour,
    latencyMs: faults.latencyMs,
    jitterMs: faults.jitterMs,
    allows: enforced?.kind === "in-flight" ? enforced.allows : Number.POSITIVE_INFINITY,
    rate: enforced?.kind === "rate" ? { perMinute: enforced.perMinute, burstSeconds: BURST_SECONDS } : null,
    saysWhen: enforced?.saysWhen ?? false,
  });
  return done;
}
