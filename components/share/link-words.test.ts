import { expect, it } from "vitest";
import { kindOf, stateOf } from "./link-words.ts";

it("a link is told by what it shares", () => {
  expect(kindOf({ run: "r", view: null, findings: true })).toBe("Report");
  expect(kindOf({ run: "r", view: { page: 0, region: [0, 0, 9, 9] }, findings: true })).toBe("View, with findings");
  expect(kindOf({ run: null, view: null, findings: false })).toBe("Whole picture, for viewers that speak IIIF");
});

it("a link is told by how long it is good", () => {
  const now = new Date("2026-03-01T12:00:00Z");
  const good = { revokedAt: null, expiresAt: "2026-03-02T12:00:00Z" };
  expect(stateOf(good, now)).toMatch(/^until 2 Mar/);
  expect(stateOf({ ...good, expiresAt: "2026-02-02T12:00:00Z" }, now)).toMatch(/^expired 2 Feb/);
  expect(stateOf({ ...good, revokedAt: "2026-02-20T12:00:00Z" }, now)).toMatch(/^revoked 20 Feb/);
});
