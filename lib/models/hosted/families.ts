import { type TileBox, tileBox } from "#lib/core/geometry/box.ts";

/**
 * How a family of models was taught to write boxes. Most use `box_2d` in thousandths, y first; asking a family in its own way is what
 * makes its boxes fit.
 */
export type BoxFamily = {
  name: string;
  key: "box_2d" | "bbox_2d";
  /** For the prompt. */
  rule: string;
  /** Picture sides are scaled to multiples of this, so that the model sees the very pixels it counts. */
  sideMultiple: number;
  /** Side in pixels of the picture that is sent, where larger ones would be scaled by the provider and its pixels be others. */
  inputSide?: number;
  /** Corners in the family's numbers to a box in pixels of a picture of `width`×`height`. */
  toBox(corners: readonly [number, number, number, number], width: number, height: number): TileBox;
};

const THOUSANDTHS_Y_FIRST: BoxFamily = {
  name: "thousandths, y first",
  key: "box_2d",
  rule: "[ymin, xmin, ymax, xmax], each from 0 to 1000 relative to the tile's height and width",
  sideMultiple: 1,
  toBox: ([y0, x0, y1, x1], width, height) =>
    fromCorners((x0 * width) / 1000, (y0 * height) / 1000, (x1 * width) / 1000, (y1 * height) / 1000, width, height),
};

const THOUSANDTHS_X_FIRST: BoxFamily = {
  name: "thousandths, x first",
  key: "bbox_2d",
  rule: "[x1, y1, x2, y2], each from 0 to 1000 relative to the tile's width and height",
  sideMultiple: 1,
  toBox: ([x0, y0, x1, y1], width, height) =>
    fromCorners((x0 * width) / 1000, (y0 * height) / 1000, (x1 * width) / 1000, (y1 * height) / 1000, width, height),
};

const PIXELS_X_FIRST: BoxFamily = {
  name: "pixels, x first",
  key: "bbox_2d",
  rule: "[x1, y1, x2, y2] in absolute pixels of the tile",
  sideMultiple: 28,
  toBox: ([x0, y0, x1, y1], width, height) => fromCorners(x0, y0, x1, y1, width, height),
};

/**
 * Claude counts pixels of the picture as it was sent, which is left as it is up to 1568 pixels on its longer side (Anthropic, "Vision").
 * A tile is read at up to twice the input side.
 */
const PIXELS_AS_SENT: BoxFamily = {
  ...PIXELS_X_FIRST,
  name: "pixels as sent, x first",
  sideMultiple: 1,
  inputSide: 784,
};

const BY_NAME: readonly [RegExp, BoxFamily][] = [
  [/claude/i, PIXELS_AS_SENT],
  [/qwen-?2(\.5|-5)?-?_?vl/i, PIXELS_X_FIRST],
  [/qwen-?3(\.\d+)?-?_?vl|glm-4\.[15]v|internvl/i, THOUSANDTHS_X_FIRST],
];

/** The family of a model by its name; thousandths with y first where nothing else is known. */
export function boxFamily(modelName: string): BoxFamily {
  return BY_NAME.find(([pattern]) => pattern.test(modelName))?.[1] ?? THOUSANDTHS_Y_FIRST;
}

/** A box from two opposite corners in any order, clipped to the picture. */
function fromCorners(xa: number, ya: number, xb: number, yb: number, width: number, height: number): TileBox {
  const clip = (value: number, limit: number) => Math.min(limit, Math.max(0, value));
  const [x0, x1] = [clip(Math.min(xa, xb), width), clip(Math.max(xa, xb), width)];
  const [y0, y1] = [clip(Math.min(ya, yb), height), clip(Math.max(ya, yb), height)];
  return tileBox(x0, y0, x1 - x0, y1 - y0);
}
