import type { Tiling } from "../detection/run.ts";
import type { Preset } from "../presets/preset.ts";
import { countBySize } from "./axis.ts";

type TileSize = Extract<Tiling, { tile: number }>;

/** What a proposal rests on. */
export type ProposalRequest = {
  preset: Pick<Preset, "tiling" | "scale">;
  page: { width: number; height: number };
  /** Length of a level-0 pixel's side in metres; null where it is not known. */
  metresPerPixel: number | null;
  /** How much there is to see, 0…1. */
  detail: number;
  model: {
    /** Side in pixels at which the model sees best. */
    inputSide: number;
    /** It looks at pixels as they are: smaller tiles show it nothing more. */
    seesOwnPixels: boolean;
  };
};

/** A tiling, and in a sentence why. */
export type TilingProposal = { tiling: Tiling; why: string };

const METRES = { µm: 1e-6, m: 1 } as const;
/** Tile sides are multiples of this, and within these, in pixels. */
const STEP = 16;
const LEAST_SIDE = 64;
const MOST_SIDE = 16_384;
/** A tile is read as it is up to this many times the side a model sees best. */
const OWN_SIZE = 2;
/** Levels are not to be coarser than a preset asks for, but for rounding. */
const ROUNDING = 1.05;
/** More tiles than this are many for a first look. */
const MANY_TILES = 20_000;
/** From how much there is to see on the preset's tiles are made smaller, and below how much larger. */
const BUSY = 0.75;
const CALM = 0.25;

/**
 * The tiling that suits a page: by how large things are in the world where the scale is known, else by how much there is to see. Depends
 * on the arguments only; a person may always say otherwise.
 */
export function proposeTiling(request: ProposalRequest): TilingProposal {
  const { tiling } = request.preset;
  if (!("tile" in tiling)) {
    return { tiling, why: `This preset cuts every picture into ${tiling.columns} × ${tiling.rows} tiles.` };
  }
  const proposed = byScale(request) ?? byDetail(request, tiling);
  return withFewerTiles(proposed, request.page);
}

type Sized = { tiling: TileSize; why: string };

function byScale({ preset, metresPerPixel, model }: ProposalRequest): Sized | null {
  const { scale, tiling } = preset;
  if (!scale || !("tile" in tiling) || metresPerPixel === null) return null;
  const perPixel = metresPerPixel / METRES[scale.unit];
  const level = Math.max(0, Math.min(12, Math.floor(Math.log2((scale.pixel * ROUNDING) / perPixel))));
  const wanted = sideOf(scale.tile / perPixel);
  const tile = Math.min(wanted, sideOf(OWN_SIZE * model.inputSide * 2 ** level));
  const length = (value: number): string => `${Number(value.toPrecision(2))} ${scale.unit}`;
  const size = `A pixel is ${length(perPixel)}, so tiles of ${tile} pixels are ${length(tile * perPixel)} wide.`;
  const read =
    level > 0
      ? ` They are read at 1/${2 ** level}: ${length(perPixel * 2 ** level)} a pixel shows all that this preset looks for.`
      : "";
  return { tiling: { tile, overlap: tiling.overlap, ...(level > 0 && { level }) }, why: size + read };
}

function byDetail({ detail, model }: ProposalRequest, tiling: TileSize): Sized {
  if (model.seesOwnPixels) {
    return { tiling, why: "This model looks at every pixel as it is, so the preset's tiles suit any picture." };
  }
  const share = `${Math.round(detail * 100)}% of the picture`;
  if (detail >= BUSY) {
    const tile = sideOf(tiling.tile * 0.75);
    return {
      tiling: { ...tiling, tile },
      why: `There is something to see in ${share}: smaller tiles show more of it.`,
    };
  }
  if (detail < CALM) {
    const tile = sideOf(tiling.tile * 1.5);
    return { tiling: { ...tiling, tile }, why: `There is something to see in only ${share}: larger tiles will do.` };
  }
  return { tiling, why: `There is something to see in ${share}, which the preset's tiles suit.` };
}

/** Larger tiles where a page would be cut into very many. */
function withFewerTiles({ tiling, why }: Sized, { width, height }: ProposalRequest["page"]): TilingProposal {
  let { tile } = tiling;
  const count = (): number => countBySize(width, tile, tiling.overlap) * countBySize(height, tile, tiling.overlap);
  while (count() > MANY_TILES && tile < MOST_SIDE) tile = sideOf(tile * 1.25);
  if (tile === tiling.tile) return { tiling, why };
  const many = `Tiles of ${tiling.tile} pixels would be very many on a picture this large, so they are ${tile}.`;
  return { tiling: { ...tiling, tile }, why: `${why} ${many}` };
}

function sideOf(pixels: number): number {
  return Math.min(MOST_SIDE, Math.max(LEAST_SIDE, Math.round(pixels / STEP) * STEP));
}
