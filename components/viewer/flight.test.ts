import { describe, expect, it } from "vitest";
import { flightTo } from "./flight.ts";

const screen = { width: 1000, height: 800 };

describe("flying to a finding", () => {
  it("stays where the finding can be judged already", () => {
    expect(flightTo([480, 380, 100, 100], { x: 500, y: 400, zoom: 1 }, screen)).toBeNull();
  });

  it("keeps the zoom where it serves", () => {
    expect(flightTo([5000, 380, 100, 100], { x: 500, y: 400, zoom: 1 }, screen)).toEqual({ x: 5050, y: 430, zoom: 1 });
  });

  it("zooms in on what is small, but blows no pixel up beyond six", () => {
    expect(flightTo([100, 100, 50, 50], { x: 5000, y: 4000, zoom: 0.1 }, screen)?.zoom).toBe(4);
    expect(flightTo([100, 100, 2, 2], { x: 5000, y: 4000, zoom: 0.1 }, screen)?.zoom).toBe(6);
  });

  it("zooms out of what fills the screen", () => {
    expect(flightTo([0, 0, 4000, 3000], { x: 10, y: 10, zoom: 4 }, screen)?.zoom).toBeLessThan(0.1);
  });
});
