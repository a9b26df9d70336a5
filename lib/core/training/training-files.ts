import { stemOf } from "../formats/file-name.ts";
import { roundBox, roundPixel } from "../formats/rounding.ts";
import { shownIn, type TrainingPart, type TrainingTile } from "./plan-training-tiles.ts";
import type { TrainingObjects } from "./training-objects.ts";

/** The name of a tile's files, without folder and extension: picture, page and corner. */
export const tileName = (image: string, { page, x, y }: TrainingTile): string =>
  `${stemOf(image)}_p${page + 1}_x${x}_y${y}`;

/** The labels of a tile as YOLO has them: class, centre and sides as parts of the tile. */
export function yoloTile(tile: TrainingTile, objects: TrainingObjects): string {
  const part = (value: number, whole: number): string => String(Number((value / whole).toFixed(6)));
  return shownIn(tile, objects)
    .map(({ at, box: [x, y, width, height] }) => {
      const across = [part(x + width / 2, tile.width), part(y + height / 2, tile.height)];
      return `${[objects.classes[at] ?? 0, ...across, part(width, tile.width), part(height, tile.height)].join(" ")}\n`;
    })
    .join("");
}

/** What Ultralytics reads of a data set. */
export function yoloDataFile(labels: readonly string[]): string {
  const names = labels.map((label, index) => `  ${index}: ${JSON.stringify(label)}\n`).join("");
  return `path: .\ntrain: images/train\nval: images/val\nnames:\n${names}`;
}

/** One part of the set as COCO detection JSON, each tile an image of its own, piece by piece. */
export async function* cocoOfTiles(
  image: string,
  part: TrainingPart,
  tiles: readonly TrainingTile[],
  objects: TrainingObjects,
): AsyncGenerator<string> {
  const own = tiles.filter((tile) => tile.part === part);
  const categories = objects.labels.map((name, index) => ({ id: index + 1, name, supercategory: name }));
  yield '{"images":[';
  for (const [index, tile] of own.entries()) {
    const { width, height } = tile;
    const entry = { id: index + 1, width, height, file_name: `images/${part}/${tileName(image, tile)}.jpg` };
    yield `${index === 0 ? "" : ","}${JSON.stringify(entry)}`;
  }
  yield `],\n"categories":${JSON.stringify(categories)},\n"annotations":[`;
  let id = 0;
  for (const [index, tile] of own.entries()) {
    for (const { at, box } of shownIn(tile, objects)) {
      id++;
      const bbox = roundBox([...box]);
      const category = (objects.classes[at] ?? 0) + 1;
      const area = roundPixel(bbox[2] * bbox[3]);
      yield `${id === 1 ? "\n" : ",\n"}${JSON.stringify({ id, image_id: index + 1, category_id: category, bbox, area, iscrowd: 0 })}`;
    }
  }
  yield "\n]}\n";
}
