import { expect } from "@playwright/test";
import type { Course } from "./course.ts";
import type { Mischief } from "./misbehave.ts";

/** The provider's own count of what came beyond what it allows. */
export function checkEnforced(course: Course, mischief: Mischief): void {
  const { provider, before, scenario, mostInFlight } = course;
  const { enforced } = scenario;
  const refused = provider.refused - before.refused;
  const refusedByRate = provider.refusedByRate - before.byRate;
  // One that was given up, or whose process was killed, may still be seen as in flight for a moment.
  const ghosts = mischief.hung + course.mayRepeat;
  if (enforced === null) return;
  if (enforced.kind === "rate") {
    // A reply of no use is sent back once more under the same permit.
    if (enforced.told) expect(refusedByRate, "refused although told").toBeLessThanOrEqual(mischief.unusable);
    return;
  }
  if (enforced.told) {
    expect(refused, "refused although told").toBeLessThanOrEqual(ghosts);
    return;
  }
  // Each limiter doubles until it is refused for the first time: up to twice what is allowed, for a round trip.
  const firstProbe = Math.max(enforced.allows, 4 * scenario.processes);
  expect(mostInFlight, "the most in flight").toBeLessThanOrEqual(enforced.allows + firstProbe);
  const calls = provider.callsByTask.tile - before.calls;
  expect(refused, "refused").toBeLessThanOrEqual(course.starts * firstProbe + 0.1 * calls + ghosts);
}
