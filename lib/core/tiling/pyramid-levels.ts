/** Side in pixels of a deep-zoom tile. */
export const VIEWER_TILE = 512;

/**
 * Sizes of the levels of a pyramid: level 0 is full resolution, each next one half of it, rounded up, until one viewer tile
 * holds the level.
 */
export function pyramidLevels(width: number, height: number): { width: number; height: number }[] {
  const levels = [{ width, height }];
  let size = { width, height };
  while (size.width > VIEWER_TILE || size.height > VIEWER_TILE) {
    size = { width: Math.ceil(size.width / 2), height: Math.ceil(size.height / 2) };
    levels.push(size);
  }
  return levels;
}
