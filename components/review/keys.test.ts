import { describe, expect, it } from "vitest";
import { commandOf } from "./keys.ts";

const press = (key: string, held: { ctrlKey?: boolean; metaKey?: boolean; altKey?: boolean } = {}) =>
  commandOf({ key, ctrlKey: false, metaKey: false, altKey: false, ...held });

describe("keys", () => {
  it.each([
    ["y", { do: "accept" }],
    ["X", { do: "reject" }],
    ["ArrowRight", { do: "next" }],
    ["k", { do: "previous" }],
    ["7", { do: "class", number: 7 }],
    ["0", { do: "fit" }],
    ["?", { do: "keys" }],
    ["Delete", { do: "delete" }],
  ])("%s", (key, command) => {
    expect(press(key)).toEqual(command);
  });

  it("takes Ctrl+Z and leaves the browser's other shortcuts alone", () => {
    expect(press("z", { ctrlKey: true })).toEqual({ do: "undo" });
    expect(press("z", { metaKey: true })).toEqual({ do: "undo" });
    for (const key of ["r", "t", "1", "0", "y"]) expect(press(key, { ctrlKey: true })).toBeNull();
  });

  it("pans with Alt, and knows nothing of other keys", () => {
    expect(press("ArrowUp", { altKey: true })).toMatchObject({ do: "pan", dx: 0 });
    expect(press("g")).toBeNull();
    expect(press("toString")).toBeNull();
  });
});
