import { describe, expect, it } from "vitest";
import { z } from "zod";
import { uuidv7 } from "./uuid.ts";

describe("ids", () => {
  it("are UUIDs of version 7 that tell when they were made", () => {
    const before = Date.now();
    const id = uuidv7();
    expect(z.uuidv7().safeParse(id).success).toBe(true);
    const millis = Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16);
    expect(millis).toBeGreaterThanOrEqual(before);
    expect(millis).toBeLessThan(before + 5000);
  });

  it("rise in the order in which they were made, more than a counter's worth within a millisecond too", () => {
    const ids = Array.from({ length: 20_000 }, uuidv7);
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
