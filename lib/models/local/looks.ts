import type { CutSide, TilePicture } from "../types.ts";

/** Side of a part, of the picture's: parts overlap by a third of their own side, so that what is up to that large lies whole in one. */
const PART_SHARE = 0.6;

/** A part of a picture that a detector is shown by itself: where it lies in pixels of the picture, and at which sides that goes on. */
export type Look = { picture: TilePicture; left: number; top: number; cut: readonly CutSide[] };

/** The picture as a whole and, for a detector that looks at two scales, its four overlapping quarters, in a fixed order. */
export function looksAt(picture: TilePicture, multiScale: boolean): Look[] {
  const whole: Look = { picture, left: 0, top: 0, cut: [] };
  if (!multiScale) return [whole];
  const width = Math.ceil(picture.width * PART_SHARE);
  const height = Math.ceil(picture.height * PART_SHARE);
  const [right, bottom] = [picture.width - width, picture.height - height];
  const parts = [
    [0, 0],
    [right, 0],
    [0, bottom],
    [right, bottom],
  ] as const;
  return [
    whole,
    ...parts.map(([left, top]): Look => {
      const cut: CutSide[] = [];
      if (left > 0) cut.push("left");
      if (top > 0) cut.push("top");
      if (left + width < picture.width) cut.push("right");
      if (top + height < picture.height) cut.push("bottom");
      return { picture: partOf(picture, { left, top, width, height }), left, top, cut };
    }),
  ];
}

type Part = { left: number; top: number; width: number; height: number };

function partOf({ data, width: stride }: TilePicture, { left, top, width, height }: Part): TilePicture {
  const part = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const start = ((top + row) * stride + left) * 3;
    part.set(data.subarray(start, start + width * 3), row * width * 3);
  }
  return { data: part, width, height };
}
