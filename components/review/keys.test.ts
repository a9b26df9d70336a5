import { describe, expect, it } from "vitest";
import { bindingsOf, commandOf, keyOf, keySheet, type Scope } from "./keys.ts";

type Held = { ctrlKey?: boolean; metaKey?: boolean; altKey?: boolean; shiftKey?: boolean };
const press = (key: string, scope: Scope = "viewer", held: Held = {}) =>
  commandOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held }, scope);

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
    [".", { do: "tool", tool: "point" }],
  ])("%s", (key, command) => {
    expect(press(key)).toEqual(command);
  });

  it("mean what the hand is at: arrows step, move a shape, or go through the queue", () => {
    expect(press("ArrowLeft")).toEqual({ do: "previous" });
    expect(press("ArrowLeft", "drawing")).toEqual({ do: "nudge", dx: -1, dy: 0, grow: false });
    expect(press("ArrowLeft", "drawing", { shiftKey: true })).toMatchObject({ dx: -10 });
    expect(press("ArrowLeft", "review")).toEqual({ do: "previous" });
    expect(press("y", "drawing")).toBeNull();
    expect(press("s", "review")).toEqual({ do: "skip" });
    expect(press("s")).toBeNull();
  });

  it("are undone and done again, and leave the browser's other shortcuts alone", () => {
    expect(press("z", "viewer", { ctrlKey: true })).toEqual({ do: "undo" });
    expect(press("z", "review", { metaKey: true })).toEqual({ do: "undo" });
    expect(press("Z", "viewer", { metaKey: true, shiftKey: true })).toEqual({ do: "redo" });
    expect(press("y", "viewer", { ctrlKey: true })).toEqual({ do: "redo" });
    for (const key of ["r", "t", "1", "0", "l", "w", "c", "a"])
      expect(press(key, "viewer", { ctrlKey: true })).toBeNull();
  });

  it("tell the rectangle from review, and a question from a slash, by Shift", () => {
    expect(press("r")).toEqual({ do: "tool", tool: "rectangle" });
    expect(press("R", "viewer", { shiftKey: true })).toEqual({ do: "review" });
    expect(press("?", "viewer", { shiftKey: true })).toEqual({ do: "keys" });
    expect(press("+", "viewer", { shiftKey: true })).toEqual({ do: "zoom-in" });
  });

  it("pans with Alt, and knows nothing of other keys", () => {
    expect(press("ArrowUp", "viewer", { altKey: true })).toMatchObject({ do: "pan", dx: 0 });
    expect(press("a")).toBeNull();
    expect(press("toString")).toBeNull();
  });

  it.each(["viewer", "drawing", "review"] as const)(
    "are given once each in %s, and all stand on its sheet",
    (scope) => {
      const keys = bindingsOf(scope).flatMap((binding) => binding.keys);
      expect(new Set(keys).size).toBe(keys.length);
      const said = keySheet(scope).flatMap((group) => group.rows.map((row) => row.what));
      for (const binding of bindingsOf(scope)) expect(said).toContain(binding.what);
    },
  );

  it("are named as they stand on the keyboard", () => {
    expect(keyOf({ do: "palette" }, "viewer")).toBe("Ctrl+K");
    expect(keyOf({ do: "previous" }, "review")).toBe("K");
    expect(keyOf({ do: "skip" }, "viewer")).toBeUndefined();
  });
});
