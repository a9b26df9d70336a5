import { expect, it } from "vitest";
import type { HistoryEntry } from "#lib/core/api/findings.ts";
import { changeTo, versionsOf } from "./versions.ts";

const entry = (before: HistoryEntry["before"], after: HistoryEntry["after"]): HistoryEntry => {
  return { actor: "ann", action: "change", before, after, createdAt: "2026-01-01T00:00:00.000Z" };
};
const shape = { type: "Point", coordinates: [3, 4] } as const;

it("tells what a finding was before and after each change, whatever part of it an entry tells", () => {
  const found = { label: "car", review: "unreviewed", version: 1, box: [1, 2, 3, 4] };
  const history = [
    entry(found, { ...found, label: "bus", version: 2, geometry: shape }),
    entry({ review: "unreviewed", label: "bus" }, { review: "accepted", label: "bus", bulk: "x" }),
    entry({ ...found, label: "bus" }, null),
    entry(null, { ...found, version: 5 }),
  ];
  const { first, after } = versionsOf(history);
  expect(first).toEqual({ label: "car", review: "unreviewed", box: [1, 2, 3, 4], geometry: null });
  const bus = { label: "bus", review: "unreviewed", box: [1, 2, 3, 4], geometry: shape };
  expect(after).toEqual([bus, { ...bus, review: "accepted" }, { ...bus, review: "accepted" }, first]);
  expect(versionsOf([entry(null, found)]).first).toBeNull();
  expect(versionsOf([])).toEqual({ first: null, after: [] });
});

it("changes nothing but what differs, the box and the shape as one", () => {
  const car = { label: "car", review: "accepted", box: [1, 2, 3, 4], geometry: null } as const;
  const from = { ...car, box: [...car.box] } satisfies Parameters<typeof changeTo>[0];
  expect(changeTo(from, from)).toBeNull();
  expect(changeTo(from, { ...from, label: "bus" })).toEqual({ label: "bus" });
  expect(changeTo({ ...from, geometry: { type: "Point", coordinates: [3, 4] } }, from)).toEqual({
    box: [1, 2, 3, 4],
    geometry: null,
  });
  expect(changeTo(from, { review: "rejected" })).toEqual({ review: "rejected" });
});
