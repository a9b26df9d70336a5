import type { RegionReader } from "#lib/imaging/types.ts";
import { storedPyramid } from "./stored-pyramid.ts";

/** Reads the pixels of one page of an image, from its pyramid. */
export async function pyramidReader(image: { sha256: string }, page: number): Promise<RegionReader> {
  const pyramid = await storedPyramid(image.sha256, page);
  return pyramid.reader;
}
