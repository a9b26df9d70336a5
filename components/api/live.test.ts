import { describe, expect, it } from "vitest";
import { readEvent } from "./live.ts";

const IMAGE = "0199a3b2-0000-7000-8000-0000000000aa";

describe("a live event", () => {
  it("is read with what it belongs to", () => {
    const data = JSON.stringify({ imageId: IMAGE, runId: null, kind: "limit", cap: 4, inForce: 2 });
    expect(readEvent("limit", data)).toEqual({
      imageId: IMAGE,
      runId: null,
      at: null,
      event: { kind: "limit", cap: 4, inForce: 2, phase: "steady", reason: null },
    });
  });

  it("takes its kind from the name of the event where the data does not say", () => {
    expect(readEvent("limit", '{"cap":1,"inForce":1}')?.event.kind).toBe("limit");
  });

  it.each([
    ["limit", "{"],
    ["limit", "null"],
    ["limit", "{}"],
    ["tile", '{"index":"no"}'],
  ])("is nothing where it cannot be read: %s %s", (kind, data) => {
    expect(readEvent(kind, data)).toBeNull();
  });
});
