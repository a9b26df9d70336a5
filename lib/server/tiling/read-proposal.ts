import { pool } from "#db/client.ts";
import { findRunImage } from "#db/queries/runs.ts";
import type { ProposedTiling, TilingQuery } from "#lib/core/api/tiling.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { findPreset } from "#lib/core/presets/resolve.ts";
import { detailOf } from "#lib/core/tiling/detail.ts";
import { planTiles } from "#lib/core/tiling/plan-tiles.ts";
import { proposeTiling } from "#lib/core/tiling/propose-tiling.ts";
import { pixelInMetres } from "#lib/imaging/georeference.ts";
import { pageOverview } from "../images/page-overview.ts";
import { pyramidReader } from "../images/pyramid-reader.ts";
import { tileModelOf } from "../models.ts";
import { presetsInForce } from "../presets/presets.ts";

/** The longer side in pixels of the level that is looked at, at most. */
const MAX_SIDE = 1024;
const DEFAULT_PRESET = "general";

/**
 * The tiling that suits a page of an image, for a preset: the same for the same picture, preset and model. Throws `not-found`, `not-ready`,
 * `bad-input` where there is no such preset or page, and what a model throws that cannot be opened.
 */
export async function readTilingProposal(imageId: string, query: TilingQuery): Promise<ProposedTiling> {
  const image = await findRunImage(pool(), imageId);
  if (!image) throw new TesseraError("not-found", "there is no such image");
  if (image.state !== "ready") {
    throw new TesseraError("not-ready", `${image.name} is ${image.state} and cannot be looked at yet`, {
      remedy: "wait until it is ready",
    });
  }
  const page = image.pages[query.page];
  if (!page) throw new TesseraError("bad-input", `there is no page ${query.page}: the image has ${image.pages.length}`);
  const preset = findPreset(query.preset ?? DEFAULT_PRESET, await presetsInForce());
  const model = tileModelOf(query.model ?? preset.model);
  const detail = detailOf(await pageOverview(await pyramidReader(image, query.page), MAX_SIDE));
  const metresPerPixel = pixelInMetres(image.scale, page)?.width ?? null;
  const { tiling, why } = proposeTiling({
    ...{ preset, page, metresPerPixel, detail },
    model: { inputSide: model.inputSide, seesOwnPixels: model.seesOwnPixels ?? false },
  });
  return { tiling, why, tiles: planTiles({ ...page, tiling }).length, detail, metresPerPixel };
}
