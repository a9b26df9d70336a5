import { describe, expect, it } from "vitest";
import { cropOf } from "./crop.ts";

const image = { id: "a", width: 1000, height: 800 };

describe("the crop of a finding", () => {
  it("is a square around it, and says where in it the finding lies", () => {
    const { address, box } = cropOf(image, 0, [400, 300, 62, 31], 96);
    expect(address).toBe("/iiif/3/a/381,266,100,100/96,96/0/default.jpg");
    expect(box).toEqual({ left: 0.19, top: 0.34, width: 0.62, height: 0.31 });
  });

  it("stays on the picture, and is not blown up on its way", () => {
    expect(cropOf(image, 2, [0, 790, 10, 10], 96).address).toBe("/iiif/3/a~2/0,776,24,24/max/0/default.jpg");
    expect(cropOf(image, 0, [0, 0, 1000, 800], 500).address).toBe("/iiif/3/a/100,0,800,800/384,384/0/default.jpg");
  });
});
