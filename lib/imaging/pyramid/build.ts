import { pyramidLevels, VIEWER_TILE } from "#lib/core/tiling/pyramid-levels.ts";
import type { PyramidJob } from "../decoding/messages.ts";
import { type OpenedSource, openSource, plainPixels, upright } from "../decoding/open-source.ts";
import { blackWhereHidden } from "../measured/mask.ts";
import { writePlain } from "../measured/to-plain.ts";
import { edgeTiles } from "./edge-tiles.ts";
import { followArchive } from "./follow-archive.ts";
import { keepTiles } from "./keep-tiles.ts";
import { packPyramid } from "./pack.ts";
import { chooseCodec, encodeWith, type TileCodec } from "./tile-codec.ts";

/** What the steps have of the whole, as measured on large pictures. */
const MEASURED_SHARE = 0.4;
const TILES_SHARE = 0.9;

/**
 * Builds a pyramid file in this process: libvips cuts and encodes the tiles of all levels in one pass over the picture (its
 * deep-zoom writer halves rounding up and cuts edge tiles, which its TIFF writer does not), then that archive is made a BigTIFF. A
 * source that has such tiles already keeps them.
 */
export async function buildPyramidFile(
  job: PyramidJob,
  onProgress: (progress: number) => void,
): Promise<{ width: number; height: number; levels: number; codec: TileCodec }> {
  const opened = await openSource(job.source, job.scratch);
  if (opened.kind === "plain" && opened.stored) {
    const { path, stored } = opened;
    const kept = await keepTiles({ ...job, path, stored, onProgress });
    if (kept) return { ...kept, codec: "jpeg" };
  }
  const picture = await openPicture(opened, job, (share) => onProgress(share * MEASURED_SHARE));
  const begun = picture.wasMeasured ? MEASURED_SHARE : 0;
  const { width, height } = picture;
  const codec = chooseCodec({ ...picture, pixels: width * height });

  const archive = `${job.scratch}.tiles.zip`;
  const expected = countExpected(width, height);
  const bands = picture.isGrey ? 1 : 3;
  const edges = edgeTiles({ width, height, codec, bands });
  const percent = Math.ceil(expected / 100);
  let tiles = 0;
  const stopFollowing = followArchive(archive, (tile) => {
    edges.begin(tile);
    tiles += 1;
    if (tiles % percent === 0) onProgress(begun + (TILES_SHARE - begun) * Math.min(1, tiles / expected));
  });
  const written = await encodeWith(codec, picture.pixels)
    .tile({ size: VIEWER_TILE, overlap: 0, depth: "onetile", layout: "dz", container: "zip", skipBlanks: -1 })
    .toFile(archive)
    .finally(stopFollowing);

  const { levels } = await packPyramid({
    archive,
    target: job.target,
    width: written.width,
    height: written.height,
    codec,
    bands,
    edges,
    micronsPerPixel: job.micronsPerPixel,
    onProgress: (share) => onProgress(TILES_SHARE + (1 - TILES_SHARE) * share),
  });
  return { width: written.width, height: written.height, levels, codec };
}

async function openPicture(opened: OpenedSource, job: PyramidJob, onProgress: (progress: number) => void) {
  if (opened.kind !== "plain") {
    const plain = `${job.scratch}.plain.tif`;
    const { isGrey } = await writePlain(opened, plain, onProgress);
    const pixels = plainPixels(plain, 0);
    const { width, height } = opened.kind === "measured" ? opened.stored[0] : opened.channels[0].level;
    return {
      pixels: upright(pixels, isGrey),
      isGrey,
      width,
      height,
      isLossy: false,
      isLineArt: false,
      wasMeasured: true,
    };
  }
  const level = opened.stored?.[0] ?? null;
  const pixels = plainPixels(opened.path, level?.directory ?? null);
  const { autoOrient, space, isPalette, bitsPerSample } = await pixels.metadata();
  const isGrey = space === "b-w";
  return {
    pixels: upright(await blackWhereHidden(pixels, opened.path, level, job.scratch), isGrey),
    isGrey,
    width: autoOrient.width,
    height: autoOrient.height,
    isLossy: opened.isLossy,
    isLineArt: isPalette === true || (bitsPerSample ?? 8) < 8,
    wasMeasured: false,
  };
}

function countExpected(width: number, height: number): number {
  return pyramidLevels(width, height)
    .map((level) => Math.ceil(level.width / VIEWER_TILE) * Math.ceil(level.height / VIEWER_TILE))
    .reduce((sum, tiles) => sum + tiles, 0);
}
