import { type ProposedTiling, proposedTilingSchema } from "#lib/core/api/tiling.ts";
import { query, sendJson } from "./http.ts";

/** The tiling that suits a page for a preset, and why; with a model of its own where one is named. */
export const proposeTiling = (
  imageId: string,
  { preset, model, page }: { preset: string; model: string; page: number },
  signal: AbortSignal,
): Promise<ProposedTiling> =>
  sendJson(proposedTilingSchema, `/api/v1/images/${imageId}/tiling${query({ preset, model, page })}`, {
    signal,
  });
