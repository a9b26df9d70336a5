import { describe, expect, it } from "vitest";
import type { LiveFinding } from "#lib/core/detection/events.ts";
import { createFindingTable } from "./finding-table.ts";
import { applyFindings } from "./live-findings.ts";

const live = (id: string, change: Partial<LiveFinding> = {}): LiveFinding => ({
  id,
  page: 0,
  box: [0, 0, 1, 1],
  label: "car",
  score: 0.5,
  review: "unreviewed",
  version: 1,
  ...change,
});
const event = (added: LiveFinding[], removed: string[] = []) =>
  ({ kind: "findings", added, removed, reset: false }) as const;

describe("a live event of findings", () => {
  it("adds and removes, and says how many more there are", () => {
    const table = createFindingTable();
    const options = { page: 0, runActive: true, pending: () => false };
    expect(applyFindings(table, event([live("a"), live("b", { score: null })]), options)).toBe(2);
    expect(table.find("a")?.provisional).toBe(true);
    expect(table.find("b")?.provisional).toBe(false);
    expect(applyFindings(table, event([live("c")], ["a", "b"]), options)).toBe(-1);
  });

  it("does not touch what a person has just decided", () => {
    const table = createFindingTable();
    applyFindings(table, event([live("a")]), { page: 0, runActive: true, pending: () => false });
    const row = table.find("a");
    if (row) table.overwrite({ ...row, review: "accepted" });
    applyFindings(table, event([live("a", { version: 2 })]), { page: 0, runActive: true, pending: (id) => id === "a" });
    applyFindings(table, event([], ["a"]), { page: 0, runActive: true, pending: (id) => id === "a" });
    expect(table.find("a")?.review).toBe("accepted");
  });
});
