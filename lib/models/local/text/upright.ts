import { type Grey, shrink } from "./grey.ts";

/** A picture turned so that its lines run to the right, at the size that suits the recogniser, and the way back. */
export type Upright = Grey & { toPicture(x: number, y: number): [x: number, y: number] };

const PAPER = 255;

/**
 * Turns lines that run at `angle` degrees (clockwise from the x axis) to run to the right, `scale` times as large. What lies beyond the
 * picture is white. Bilinear, after averaging where it gets much smaller; straight angles at scale 1 copy pixels.
 */
export function turnUpright(picture: Grey, angle: number, scale: number): Upright {
  const factor = Math.max(1, Math.floor(1 / scale + 1e-9));
  const source = shrink(picture, factor);
  const step = 1 / (scale * factor);
  const radians = (angle * Math.PI) / 180;
  const cosine = exact(Math.cos(radians));
  const sine = exact(Math.sin(radians));
  const width = Math.max(1, Math.round((Math.abs(source.width * cosine) + Math.abs(source.height * sine)) / step));
  const height = Math.max(1, Math.round((Math.abs(source.width * sine) + Math.abs(source.height * cosine)) / step));
  const data = new Uint8Array(width * height);
  for (let v = 0; v < height; v++) {
    const dy = (v + 0.5 - height / 2) * step;
    for (let u = 0; u < width; u++) {
      const dx = (u + 0.5 - width / 2) * step;
      const x = source.width / 2 + dx * cosine - dy * sine - 0.5;
      const y = source.height / 2 + dx * sine + dy * cosine - 0.5;
      data[v * width + u] = sampleAt(source, x, y);
    }
  }
  const toPicture = (u: number, v: number): [number, number] => {
    const dx = (u - width / 2) * step * factor;
    const dy = (v - height / 2) * step * factor;
    return [
      (source.width * factor) / 2 + dx * cosine - dy * sine,
      (source.height * factor) / 2 + dx * sine + dy * cosine,
    ];
  };
  return { data, width, height, toPicture };
}

/** Sines and cosines of straight angles are whole. */
function exact(value: number): number {
  const whole = Math.round(value);
  return Math.abs(value - whole) < 1e-12 ? whole : value;
}

function sampleAt({ data, width, height }: Grey, x: number, y: number): number {
  if (x <= -1 || y <= -1 || x >= width || y >= height) return PAPER;
  const left = Math.floor(x);
  const top = Math.floor(y);
  const right = x - left;
  const down = y - top;
  const x0 = Math.max(0, left);
  const x1 = Math.min(width - 1, left + 1);
  const y0 = Math.max(0, top) * width;
  const y1 = Math.min(height - 1, top + 1) * width;
  const above = (data[y0 + x0] ?? 0) * (1 - right) + (data[y0 + x1] ?? 0) * right;
  const below = (data[y1 + x0] ?? 0) * (1 - right) + (data[y1 + x1] ?? 0) * right;
  return above * (1 - down) + below * down + 0.5;
}
