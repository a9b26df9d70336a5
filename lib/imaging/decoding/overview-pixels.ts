import { darkenHidden } from "../measured/mask.ts";
import { measuredOverview } from "../measured/to-plain.ts";
import type { RgbPixels } from "../types.ts";
import type { OverviewJob } from "./messages.ts";
import { openSource, plainPixels, SMALLER, smallestSufficient, upright } from "./open-source.ts";

/** Decodes a small version of a page from the smallest stored level that suffices, or scaled while it is decoded. */
export async function decodeOverview({ source, scratch, maxSide }: OverviewJob): Promise<RgbPixels> {
  const opened = await openSource(source, scratch, maxSide * 2);
  if (opened.kind !== "plain") return measuredOverview(opened, maxSide);
  const level = opened.stored && smallestSufficient(opened.stored, maxSide);
  const pixels = plainPixels(opened.path, level?.directory ?? null).resize(maxSide, maxSide, SMALLER);
  const { data, info } = await upright(pixels, false).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const picture = { data, width: info.width, height: info.height };
  return darkenHidden(picture, opened.path, level, scratch, maxSide);
}
