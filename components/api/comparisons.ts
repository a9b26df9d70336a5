import { type ComparedPlaces, comparedPlacesSchema, findingSetsSchema } from "#lib/core/api/compared-places.ts";
import type { ComparedPart } from "#lib/core/api/comparisons.ts";
import type { FindingSetChoice } from "#lib/core/detection/finding-set.ts";
import { query, sendJson } from "./http.ts";

/** What a run is compared with, from which overlap on findings are one, and of which part of which page the places are told. */
type ComparisonChoice = {
  others: readonly string[];
  iou: number;
  page: number;
  bbox: readonly [number, number, number, number] | null;
};

/** Where a run and others agree and differ. */
export const readPlaces = (
  runId: string,
  { others, iou, page, bbox }: ComparisonChoice,
  signal: AbortSignal,
): Promise<ComparedPlaces> => {
  const sides = others.map((other) => `&with=${encodeURIComponent(other)}`).join("");
  const search = query({ iou, page, bbox: bbox?.map((value) => value.toFixed(1)).join() });
  return sendJson(comparedPlacesSchema, `/api/v1/runs/${runId}/compare/places${search}${sides}`, { signal });
};

/** What runs of the image can be compared with, beside each other. */
export const listFindingSets = async (imageId: string): Promise<FindingSetChoice[]> =>
  (await sendJson(findingSetsSchema, `/api/v1/images/${imageId}/finding-sets`)).items;

/** Where one part of a comparison of two is downloaded. */
export const comparedExportAddress = (
  runId: string,
  choice: { with: string; iou: number; part: ComparedPart; format: string },
): string => `/api/v1/runs/${runId}/compare/export${query(choice)}`;
