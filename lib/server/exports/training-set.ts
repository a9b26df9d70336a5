import { eachPlaced } from "#db/queries/finding-sets.ts";
import type { FindingConditions } from "#db/queries/findings-filter.ts";
import type { ExportPreview, ExportQuery } from "#lib/core/api/exports.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { type ZipMember, zipOf } from "#lib/core/formats/zip-write.ts";
import { planTrainingTiles, type TrainingPlan, type TrainingTile } from "#lib/core/training/plan-training-tiles.ts";
import { cocoOfTiles, tileName, yoloDataFile, yoloTile } from "#lib/core/training/training-files.ts";
import { addObject, roomForObjects, type TrainingObjects } from "#lib/core/training/training-objects.ts";
import { requireImage } from "../images/read-image.ts";
import { reportPictures } from "../reports/report-pictures.ts";
import { type Export, type ExportSource, scopeOf } from "./export-findings.ts";

const TILE_PIXELS = 512;
const VALIDATION = 0.2;
/** Objects that are held in memory at once, at most: with their tiles some 50 bytes each. */
const MOST_OBJECTS = 2_000_000;
/** Bytes of an object as the database packs it. */
const RECORD = 40;

/**
 * Opens a training set: a zip of tiles as JPEG with their labels as YOLO and as COCO, parted by region into tiles to learn from and tiles to check
 * on so that no object is in both. Tiles are read and packed one after the other. Throws `not-found`, `bad-input` where there is nothing to learn.
 */
export async function openTrainingSet(source: ExportSource, query: ExportQuery): Promise<Export> {
  const { image, objects, plan } = await planOf(source, query);
  if (objects.count === 0) {
    throw new TesseraError("bad-input", "there is no finding to learn from", { remedy: "accept or draw some first" });
  }
  return {
    fileName: `${image.name.replace(/\.[^.]*$/, "")}.training.zip`,
    mediaType: "application/zip",
    count: objects.count,
    losses: lossesOf(plan),
    pieces: zipOf(members({ id: image.id, name: image.name }, plan.tiles, objects)),
    // Tiles, not findings, are what takes time.
    written: () => 0,
    close: async () => undefined,
  };
}

/** How many findings a training set is made of, and what of them it leaves out. Throws `not-found`. */
export async function previewTrainingSet(source: ExportSource, query: ExportQuery): Promise<ExportPreview> {
  const { objects, plan } = await planOf(source, query);
  return { count: objects.count, losses: lossesOf(plan) };
}

async function planOf(source: ExportSource, query: ExportQuery) {
  const { filter } = await scopeOf(source, query);
  const image = await requireImage(filter.imageId);
  const objects = await readObjects(filter);
  const { tile = TILE_PIXELS, validation = VALIDATION } = query;
  return { image, objects, plan: planTrainingTiles(objects, image.pages, { tile, validation }) };
}

/** Throws `too-large` where there are more objects than are held at once. */
async function readObjects(filter: FindingConditions): Promise<TrainingObjects> {
  let objects = roomForObjects([], 0);
  await eachPlaced(filter, {
    begin(labels, count) {
      if (count > MOST_OBJECTS) {
        const message = `a training set is made of ${MOST_OBJECTS} objects at most, and here are ${count}`;
        throw new TesseraError("too-large", message, {
          remedy: "take the accepted ones alone, or some classes or pages",
        });
      }
      objects = roomForObjects(labels, count);
    },
    take: ({ count, records }) => takeObjects(objects, count, records),
  });
  return objects;
}

function takeObjects(objects: TrainingObjects, count: number, records: Buffer): void {
  for (let at = 0; at < RECORD * count; at += RECORD) {
    const number = (offset: number): number => records.readDoubleBE(at + offset);
    addObject(
      objects,
      records.readInt32BE(at),
      records.readInt32BE(at + 4),
      number(8),
      number(16),
      number(24),
      number(32),
    );
  }
}

function lossesOf({ tiles, leaking }: TrainingPlan): string[] {
  const checked = tiles.filter(({ part }) => part === "val").length;
  return [
    `${tiles.length - checked} tiles to learn from and ${checked} to check on; scores, decisions and outlines are left out`,
    ...(leaking > 0 ? [`${leaking} tiles at the border of the parts are left out: they show objects of both`] : []),
    ...(checked === 0 ? ["nothing is left to check on: take smaller tiles, or another picture"] : []),
  ];
}

async function* members(
  image: { id: string; name: string },
  tiles: readonly TrainingTile[],
  objects: TrainingObjects,
): AsyncGenerator<ZipMember> {
  const picture = reportPictures(image.id);
  for (const tile of tiles) {
    const { page, x, y, width, height, part } = tile;
    const jpeg = await picture({ page, x, y, width, height }, Math.max(width, height));
    if (!jpeg) throw new TesseraError("not-found", "the picture cannot be shown, so no tiles can be cut from it");
    const name = `${part}/${tileName(image.name, tile)}`;
    yield { path: `images/${name}.jpg`, texts: only(jpeg) };
    yield { path: `labels/${name}.txt`, texts: only(yoloTile(tile, objects)) };
  }
  for (const part of ["train", "val"] as const) {
    yield { path: `annotations/${part}.json`, texts: cocoOfTiles(image.name, part, tiles, objects) };
  }
  yield { path: "data.yaml", texts: only(yoloDataFile(objects.labels)) };
}

async function* only<T extends string | Uint8Array>(piece: T): AsyncGenerator<T> {
  yield piece;
}
