import type { PictureRegion, ReportDocument } from "./report-document.ts";

/** Pixels a side at most of an overview, and of a crop. */
export const OVERVIEW_PIXELS = 1600;
export const CROP_PIXELS = 320;

/** The IIIF address of a part of the picture, never larger than it is; `identifier` stands for the image. */
export function pictureAddress(identifier: string, region: PictureRegion, maxSide: number): string {
  const { page, x, y, width, height } = region;
  const shrink = Math.max(1, width / maxSide, height / maxSide);
  const size = `${Math.max(1, Math.round(width / shrink))},${Math.max(1, Math.round(height / shrink))}`;
  return `/iiif/3/${identifier}~${page}/${x},${y},${width},${height}/${size}/0/default.jpg`;
}

/** All pictures of a report. */
export function picturesOfReport({ sections }: ReportDocument): { region: PictureRegion; maxSide: number }[] {
  return sections.flatMap(({ blocks }) =>
    blocks.flatMap((block) => {
      if (block.kind === "picture") return [{ region: block.region, maxSide: OVERVIEW_PIXELS }];
      return block.kind === "crops" ? block.cards.map(({ region }) => ({ region, maxSide: CROP_PIXELS })) : [];
    }),
  );
}
