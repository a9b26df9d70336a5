import { describe, expect, it } from "vitest";
import { bandIn, changeBand, FIRST_LOOK, PRIMARIES, putInPrimary, readLook, writeLook } from "./look.ts";
import { PLAIN_TONE, parseTone } from "./tone.ts";

const range = { low: 0, high: 10 };
const [red, green] = PRIMARIES.map(({ colour }) => colour);

describe("a look", () => {
  it("comes back from the address as it was written, and writes nothing where it is the first", () => {
    const look = {
      shown: [{ band: 3, low: -1.5, high: 900, colour: [255, 0, 128] as const }],
      tone: { brightness: -0.1, contrast: 1.5, gamma: 2 },
    };
    const parameters = new URLSearchParams();
    writeLook(parameters, look);
    expect(readLook(new URLSearchParams(parameters.toString()))).toEqual(look);
    const none = new URLSearchParams();
    writeLook(none, FIRST_LOOK);
    expect(none.toString()).toBe("");
    expect(readLook(new URLSearchParams("show=all&tone=bright"))).toEqual(FIRST_LOOK);
  });

  it("is not lit beyond what the controls give", () => {
    for (const text of ["9,1,1", "0,1", "0,0,1", "0,1,1,1", "0,x,1"]) expect(parseTone(text)).toEqual(PLAIN_TONE);
  });

  it("changes, adds and takes out a band", () => {
    const first = changeBand([], 2, { ...range, colour: [1, 2, 3] });
    const both = changeBand(first, 0, { ...range, colour: [4, 5, 6] });
    expect(both.map(({ band }) => band)).toEqual([0, 2]);
    expect(changeBand(both, 2, { low: 1, high: 2, colour: [7, 8, 9] })[1]).toEqual({
      band: 2,
      low: 1,
      high: 2,
      colour: [7, 8, 9],
    });
    expect(changeBand(both, 0, null)).toEqual(first);
  });

  it("puts any band in red, green or blue", () => {
    if (!red || !green) throw new Error("there are primaries");
    const one = putInPrimary([{ band: 0, ...range, colour: [255, 255, 255] }], red, { band: 3, ...range });
    const two = putInPrimary(one, green, { band: 3, ...range });
    expect([bandIn(two, red), bandIn(two, green)]).toEqual([3, 3]);
    expect(bandIn(putInPrimary(two, red, { band: 1, ...range }), red)).toBe(1);
    expect(bandIn(putInPrimary(two, red, null), red)).toBeNull();
  });
});
