import { z } from "zod";
import { ModelError } from "#lib/core/errors.ts";
import { tileBox } from "#lib/core/geometry/box.ts";
import { boundsOfGeometry, closedRing, type Position } from "#lib/core/geometry/shape.ts";
import { ask } from "../../ask.ts";
import { encodePpm, PPM_MEDIA_TYPE } from "../../ppm.ts";
import type { ProviderSettings } from "../../settings.ts";
import type { CutSide, TileDetection, TileModel } from "../../types.ts";
import { CUT_SHARE, isCut } from "../cut.ts";
import { cellPool, workerCount } from "../pools.ts";
import { samplesOf } from "../samples.ts";
import { cellReplySchema } from "./cell-reply.ts";
import { CELL_KINDS, CELL_METHODS, type CellKind } from "./cell-task.ts";
import { cellProvider } from "./provider.ts";

/** Ids of the embedded models that find cells. */
export const LOCAL_CELLS = CELL_KINDS.options.map((kind) => `local:${kind}`);

/** Tiles up to twice this side are read at their own size: cells are a few micrometres, and every pixel of them counts. */
const INPUT_SIDE = 1024;

/** The kind of an embedded cell model by its id, if it is one. */
export function cellKindOf(id: string): CellKind | null {
  return CELL_KINDS.safeParse(id.replace(/^local:/, "")).data ?? null;
}

/**
 * An embedded cell model: classical segmentation with outlines, no network and no weights. What holds for the whole picture (stain, size of
 * cells) is studied once, so that every tile is judged by the same measure; without it each tile is studied by itself.
 */
export function localCellModel(kind: CellKind, settings: ProviderSettings): TileModel {
  const id = `local:${kind}`;
  const model = cellProvider(kind, settings.localWorkers);
  return {
    id,
    inputSide: INPUT_SIDE,
    seesOwnPixels: true,
    usefulConcurrency: workerCount(settings.localWorkers),
    repeatsFreely: true,
    async study(page, { micronsPerPixel, signal }) {
      const samples = (await samplesOf(page, signal)).map(({ picture }) => picture);
      const learnt = await cellPool(settings.localWorkers).run(new Uint8Array(), signal, {
        kind,
        samples,
        micronsPerPixel,
      });
      if (!("settings" in learnt)) throw new ModelError("transient", `${id} answered something else`);
      return learnt.settings;
    },
    async encode(picture) {
      const { width, height } = picture;
      return { bytes: encodePpm(picture), mediaType: PPM_MEDIA_TYPE, width, height, read: { width, height } };
    },
    async detect({ picture, classes, minScore, cut, studied, signal }) {
      const { value, usage } = await ask({
        model,
        id,
        role: "tile",
        wording: "local",
        instructions: "Find the cells.",
        content: [{ type: "file", data: picture.bytes, mediaType: picture.mediaType }],
        schema: cellReplySchema,
        price: settings.prices?.[id],
        localOptions: { settings: z.json().parse(studied ?? null) },
        signal,
      });
      const labels = wanted(id, CELL_METHODS[kind].labels, classes);
      const detections = value.cells.flatMap((cell) => {
        const label = labels.get(cell.label);
        return label === undefined || cell.score < minScore ? [] : [toDetection(cell, label, picture.read, cut ?? [])];
      });
      return { detections, usage };
    },
  };
}

/** Which of the model's labels were asked for, in the asker's spelling; all where none. Throws `run-fatal` for others. */
function wanted(id: string, known: readonly string[], classes: readonly string[]): ReadonlyMap<string, string> {
  if (classes.length === 0) return new Map(known.map((label) => [label, label]));
  const labels = new Map<string, string>();
  for (const asked of classes) {
    const label = known.find((candidate) => candidate.toLowerCase() === asked.trim().toLowerCase());
    if (label === undefined) {
      throw new ModelError("run-fatal", `${id} does not know "${asked}"`, { remedy: `ask for ${known.join(", ")}` });
    }
    labels.set(label, asked);
  }
  return labels;
}

type ReplyCell = z.infer<typeof cellReplySchema>["cells"][number];

function toDetection(
  cell: ReplyCell,
  label: string,
  tile: { width: number; height: number },
  cut: readonly CutSide[],
): TileDetection {
  const ring: Position[] = [];
  for (let at = 0; at + 1 < cell.outline.length; at += 2) ring.push([cell.outline[at] ?? 0, cell.outline[at + 1] ?? 0]);
  const geometry = { type: "Polygon" as const, coordinates: [closedRing(ring)] };
  const [x, y, width, height] = boundsOfGeometry(geometry);
  const box = tileBox(x, y, width, height);
  const score = isCut(box, tile, cut) ? cell.score * CUT_SHARE : cell.score;
  return { box, score, label, geometry, measurements: cell.measurements };
}
