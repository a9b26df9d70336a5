import type { PageReader } from "./types.ts";

/**
 * A page as it is where its pixels are read `shrink` times smaller than they are: its size and the regions asked for are in those larger
 * pixels. The page itself for 1.
 */
export function shrunkPage(page: PageReader, shrink: number): PageReader {
  if (shrink === 1) return page;
  const width = Math.max(1, Math.round(page.width / shrink));
  const height = Math.max(1, Math.round(page.height / shrink));
  const [across, down] = [page.width / width, page.height / height];
  return {
    width,
    height,
    async read(region, output, signal) {
      const x = Math.round(region.x * across);
      const y = Math.round(region.y * down);
      const right = Math.min(page.width, Math.max(x + 1, Math.round((region.x + region.width) * across)));
      const bottom = Math.min(page.height, Math.max(y + 1, Math.round((region.y + region.height) * down)));
      const size = output ?? { width: region.width, height: region.height };
      return page.read({ x, y, width: right - x, height: bottom - y }, size, signal);
    },
  };
}
