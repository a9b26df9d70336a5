import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { comparable, textErrors } from "./character-error-rate.ts";

describe("character error rate", () => {
  it("counts characters exchanged, added and left out for each of the truth", () => {
    expect(textErrors("The quick brwn fox!", "The quick brown fix")).toEqual({
      characters: 19,
      edits: 3,
      characterErrorRate: 3 / 19,
      words: 4,
      wordEdits: 2,
      wordErrorRate: 0.5,
    });
    expect(textErrors("anything", "").characterErrorRate).toBeNull();
    expect(textErrors("", "four").characterErrorRate).toBe(1);
    expect(textErrors("abc 😀", "abc 😁").edits).toBe(1);
  });

  it("takes lines, ligatures and kinds of quotation marks for the same, case and accents not", () => {
    expect(comparable("  the\n“ofﬁce” –\t’s ")).toBe(`the "office" - 's`);
    expect(textErrors("Aé", "ae").edits).toBe(2);
  });

  it("is a distance: nothing to itself, the same both ways, never more than the longer text", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), fc.string({ maxLength: 30 }), (a, b) => {
        const { edits } = textErrors(a, b);
        expect(textErrors(a, a).edits).toBe(0);
        expect(textErrors(b, a).edits).toBe(edits);
        expect(edits).toBeLessThanOrEqual(Math.max([...comparable(a)].length, [...comparable(b)].length));
        expect(edits === 0).toBe(comparable(a) === comparable(b));
      }),
    );
  });
});
