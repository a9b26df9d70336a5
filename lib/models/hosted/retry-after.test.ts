import { expect, test } from "vitest";
import { retryAfterMs } from "./retry-after.ts";

const NOW = Date.parse("2026-03-01T10:00:00Z");

test.each([
  [{ "retry-after": "12" }, 12_000],
  [{ "Retry-After": "1.5" }, 1500],
  [{ "retry-after-ms": "250", "retry-after": "9" }, 250],
  [{ "retry-after": "Sun, 01 Mar 2026 10:00:30 GMT" }, 30_000],
  [{ "retry-after": "Sun, 01 Mar 2026 09:00:00 GMT" }, 0],
  [{ "retry-after": "999999999" }, 3_600_000],
  [{ "retry-after": "soon" }, undefined],
  [{}, undefined],
] satisfies [Record<string, string>, number | undefined][])("%j asks for %s ms", (headers, expected) => {
  expect(retryAfterMs(headers, NOW)).toBe(expected);
});
