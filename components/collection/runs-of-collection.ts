import { writeFilter } from "../operations/run-filter.ts";

/** Where the runs of a collection are followed and steered one by one. */
export const runsOfCollection = (collection: string): string =>
  `/runs${writeFilter({ state: null, q: "", collection, sort: "newest" })}`;
