import type { Rgb } from "../raster/raster.ts";
import { channelSums } from "./channel-sums.ts";
import { searchLikely } from "./search.ts";
import type { ExampleBox, ExemplarSettings } from "./settings.ts";

/** Something that looks like the examples; box in pixels of the picture. */
export type FoundLike = { box: ExampleBox; score: number };

/** So much more or less than the threshold changes a score from one half to 0.73 or 0.27. */
const DOUBT = 0.12;
/** What is less likely is not looked for. */
const LEAST_SCORE = 0.05;

/** What in a picture looks like the examples, best first, the picture being as large as the settings want it. Deterministic. */
export function findLike(picture: Rgb, settings: ExemplarSettings, minScore: number): FoundLike[] {
  const scoreOf = (worth: number): number => 1 / (1 + Math.exp((settings.threshold - worth) / DOUBT));
  const bounded = Math.min(0.999, Math.max(LEAST_SCORE, minScore));
  const least = settings.threshold + DOUBT * Math.log(bounded / (1 - bounded));
  return searchLikely(channelSums(picture), settings, least).map(({ box, worth }) => ({ box, score: scoreOf(worth) }));
}
