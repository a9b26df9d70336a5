import { describe, expect, it } from "vitest";
import { differenceOf, lookBeside, NO_DIFFERENCE, pixelRatio, reversed } from "./linked-views.ts";

const plain = { width: 1000, height: 800, scale: null };
const half = { width: 500, height: 400, scale: null };
const look = { view: { x: 600, y: 500, zoom: 2 }, turn: { degrees: 90, flipped: true } };

describe("two pictures side by side", () => {
  it("of one size show the same place, alike turned", () => {
    expect(lookBeside(look, plain, { ...plain }, NO_DIFFERENCE)).toEqual(look);
  });

  it("of other sizes show the same extent from the middle of each", () => {
    const { view } = lookBeside(look, plain, half, NO_DIFFERENCE);
    expect(view).toEqual({ x: 300, y: 250, zoom: 4 });
  });

  it("go by their scales where both are known", () => {
    const fine = { ...plain, scale: { micronsPerPixel: 0.25 } };
    const coarse = { ...half, scale: { micronsPerPixel: 1 } };
    expect(pixelRatio(fine, coarse)).toBe(0.25);
    expect(pixelRatio(fine, half)).toBe(0.5);
  });

  it("are led by either", () => {
    const difference = { dx: 12, dy: -7, zoom: 1.5, degrees: 30 };
    const there = lookBeside(look, plain, half, difference);
    const { view, turn } = lookBeside(there, half, plain, reversed(difference, plain, half));
    expect([view.x, view.y, view.zoom].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([600, 500, 2]);
    expect(turn).toEqual(look.turn);
  });

  it("keep the difference that a hand gave them", () => {
    const beside = { view: { x: 310, y: 240, zoom: 3 }, turn: { degrees: 85, flipped: true } };
    const difference = differenceOf(look, beside, plain, half);
    expect(difference).toMatchObject({ dx: 10, dy: -10, zoom: 0.75, degrees: 355 });
    expect(lookBeside(look, plain, half, difference)).toEqual(beside);
    const moved = { ...look, view: { ...look.view, x: 620 } };
    expect(lookBeside(moved, plain, half, difference).view.x).toBe(320);
  });
});
