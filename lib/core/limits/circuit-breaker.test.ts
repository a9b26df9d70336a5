import { describe, expect, it } from "vitest";
import { circuitBreaker } from "./circuit-breaker.ts";

describe("the circuit breaker", () => {
  it("opens after many failures in a row, tries one call, waits longer, and closes with the first answer", () => {
    const breaker = circuitBreaker();
    for (let at = 0; at < 3000; at += 250) breaker.failed(at);
    const away = breaker.broken();
    expect(away).not.toBeNull();
    expect(breaker.allows(3000)).toBe(0);
    const retryAt = away?.retryAt ?? 0;
    breaker.failed(retryAt - 1000);
    expect(breaker.allows(retryAt)).toBe(1);
    breaker.failed(retryAt + 10);
    expect(breaker.allows(retryAt + 5000)).toBe(0);
    expect(breaker.allows(retryAt + 10_010)).toBe(1);
    breaker.answered();
    expect(breaker.broken()).toBeNull();
    expect(breaker.allows(0)).toBe(Number.POSITIVE_INFINITY);
  });

  it("stays closed where answers come in between, or all failures come at once", () => {
    const breaker = circuitBreaker();
    for (let at = 0; at < 60_000; at += 100) at % 900 === 0 ? breaker.answered() : breaker.failed(at);
    expect(breaker.broken()).toBeNull();
    breaker.answered();
    for (let count = 0; count < 64; count += 1) breaker.failed(70_000);
    expect(breaker.broken()).toBeNull();
  });
});
