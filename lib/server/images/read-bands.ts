import type { Band } from "#lib/core/display/shown-bands.ts";
import { bandSchema } from "#lib/core/display/shown-bands.ts";
import { shownImage } from "../pictures/shown-image.ts";
import { storedSamples } from "./stored-samples.ts";

/** The bands of a page as they were measured; none where it is a picture as it stands. Throws `not-found` for an image that is not shown. */
export async function readBands(imageId: string, page: number): Promise<Band[]> {
  const { sha256 } = await shownImage(imageId);
  const samples = await storedSamples(sha256, page);
  return (samples?.bands ?? []).map((band) => bandSchema.parse(band));
}
