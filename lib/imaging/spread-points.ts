/** Points spread over a picture, as many as are taken, always the same for its size (a linear congruential generator, 31 bits). */
export function* spreadPoints(width: number, height: number): Generator<[x: number, y: number]> {
  let seed = width * 31 + height;
  for (;;) {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    const x = Math.floor((seed / 2 ** 31) * width);
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    yield [x, Math.floor((seed / 2 ** 31) * height)];
  }
}
