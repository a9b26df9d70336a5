/** A colour, each 0…255, and its opacity 0…1. */
export type Paint = { rgb: readonly [number, number, number]; opacity: number };

/** A picture that is written as pixels: many small rectangles cost little more than the pixels they cover. */
export type Pixels = ReturnType<typeof createPixels>;

/** Makes an empty, transparent picture, sizes in pixels. */
export function createPixels(width: number, height: number) {
  const image = new ImageData(Math.max(1, width), Math.max(1, height));
  const words = new Uint32Array(image.data.buffer);
  return {
    image,
    clear: (): void => {
      words.fill(0);
    },
    /** Fills a rectangle, whole pixels, as far as it lies within; null makes it transparent. */
    fill(x: number, y: number, across: number, down: number, paint: Paint | null): void {
      const word = paint === null ? 0 : wordOf(paint);
      const [left, right] = [Math.max(0, x), Math.min(image.width, x + across)];
      if (right <= left) return;
      for (let row = Math.max(0, y); row < Math.min(image.height, y + down); row += 1) {
        words.fill(word, row * image.width + left, row * image.width + right);
      }
    },
  };
}

/** As it lies in memory, red first, on machines that put the low byte first: all that browsers run on. */
const wordOf = ({ rgb: [red, green, blue], opacity }: Paint): number =>
  ((Math.round(opacity * 255) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
