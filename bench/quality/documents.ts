import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import sharp from "sharp";
import { type TextErrors, textErrors } from "#lib/core/evaluation/character-error-rate.ts";
import { mapPositions } from "#lib/core/geometry/shape.ts";
import { mergeDetections } from "#lib/core/merging/merge.ts";
import { findPreset } from "#lib/core/presets/resolve.ts";
import { pageText, plainText } from "#lib/core/text/page-text.ts";
import type { Word } from "#lib/core/text/word.ts";
import { planRun, type RunTile } from "#lib/core/tiling/plan-run.ts";
import { probePdf, writePdfPage } from "#lib/imaging/documents/pdf.ts";
import { tileModel } from "#lib/models/registry.ts";
import type { ProviderSettings } from "#lib/models/settings.ts";
import type { CutSide, TileDetection, TileModel, TilePicture } from "#lib/models/types.ts";

const PDF_DPI = 200;
const LINN = "linn.gt.linn.txt";
const PHOTOTEST = "phototest.gt.phototest.gold.txt";

/** A page whose text is known. `turn` degrees clockwise and `scale` make harder ones of the same page. */
export type DocumentCase = {
  file: string;
  truth: string;
  kind: "clean" | "skewed" | "turned";
  turn?: number;
  scale?: number;
};

/** Pages with a published text below `documents/` of the pictures with ground truth. */
export const DOCUMENT_CASES: readonly DocumentCase[] = [
  { file: "phototest.tif", truth: PHOTOTEST, kind: "clean" },
  { file: "eurotext.tif", truth: "eurotext.gt.eurotext.txt", kind: "clean" },
  { file: "8071_093.3B.tif", truth: "8071_093.3B.gt.8071_093.3B.txt", kind: "clean" },
  { file: "linn.png", truth: LINN, kind: "clean" },
  { file: "ccitt.pdf", truth: LINN, kind: "clean" },
  { file: "jbig2.pdf", truth: LINN, kind: "clean" },
  { file: "poster.pdf", truth: LINN, kind: "clean" },
  { file: "phototest-rotated-R.png", truth: PHOTOTEST, kind: "turned" },
  { file: "phototest-rotated-L.png", truth: PHOTOTEST, kind: "turned" },
  { file: "phototest-rotated-180.png", truth: PHOTOTEST, kind: "turned" },
  { file: "phototestrot.tif", truth: PHOTOTEST, kind: "turned" },
  { file: "skew.pdf", truth: LINN, kind: "skewed" },
  { file: "rotated_skew.pdf", truth: LINN, kind: "skewed" },
  { file: "phototest.tif", truth: PHOTOTEST, kind: "skewed", turn: 12 },
  { file: "linn.png", truth: LINN, kind: "skewed", turn: -6 },
  { file: "linn.png", truth: LINN, kind: "skewed", turn: 183, scale: 0.6 },
  { file: "8071_093.3B.tif", truth: "8071_093.3B.gt.8071_093.3B.txt", kind: "skewed", turn: 4 },
];

export type DocumentResult = TextErrors & {
  text: string;
  words: number;
  confidence: number;
  tiles: number;
  ms: number;
};

/** Reads a page as a run with the preset `text` would, or in one look, and holds it against its truth. */
export async function readDocument(
  directory: string,
  page: DocumentCase,
  settings: ProviderSettings,
  isTiled = true,
): Promise<DocumentResult> {
  const preset = findPreset("text");
  const model = tileModel(preset.model, settings);
  const picture = await pictureOf(path.join(directory, page.file), page);
  const started = performance.now();
  const plan = planRun({
    pages: [{ page: 0, width: picture.width, height: picture.height }],
    tiling: isTiled ? preset.tiling : { columns: 1, rows: 1, overlap: 0 },
    region: null,
    wholePicture: isTiled && preset.wholePicture,
    inputSide: model.inputSide,
  });
  const replies = await Promise.all(plan.map((tile) => readTile(model, picture, tile, preset.minScore)));
  const found = replies.flat();
  const groups = mergeDetections(
    found.map(({ box: [x, y, width, height], score, label }) => ({ box: [x, y, width, height], score, label })),
    preset.merge,
  );
  const words = groups.flatMap(({ keeper }): Word[] => {
    const word = found[keeper];
    const [x, y, width, height] = word?.box ?? [0, 0, 0, 0];
    return word?.text === undefined
      ? []
      : [{ text: word.text, score: word.score, box: [x, y, width, height], geometry: word.geometry ?? null }];
  });
  const text = plainText(pageText(words));
  const ms = performance.now() - started;
  const truth = await readFile(path.join(directory, page.truth), "utf8");
  const confidence = words.reduce((sum, { score }) => sum + (score ?? 0), 0) / Math.max(1, words.length);
  return { ...textErrors(text, truth), text, words: words.length, confidence, tiles: plan.length, ms };
}

async function readTile(
  model: TileModel,
  page: TilePicture,
  tile: RunTile,
  minScore: number,
): Promise<TileDetection[]> {
  const { x, y, width, height, readWidth, readHeight } = tile;
  const pixels = await sharp(page.data, { raw: { width: page.width, height: page.height, channels: 3 } })
    .extract({ left: x, top: y, width, height })
    .resize(readWidth, readHeight, { fit: "fill" })
    .raw()
    .toBuffer();
  const cut: CutSide[] = [];
  if (x > 0) cut.push("left");
  if (y > 0) cut.push("top");
  if (x + width < page.width) cut.push("right");
  if (y + height < page.height) cut.push("bottom");
  const picture = await model.encode({ data: pixels, width: readWidth, height: readHeight });
  const signal = new AbortController().signal;
  const { detections } = await model.detect({ picture, classes: [], prompt: null, minScore, cut, signal });
  const [sx, sy] = [width / readWidth, height / readHeight];
  return detections.map((word) => {
    const [bx, by, bw, bh] = word.box;
    const geometry = word.geometry && mapPositions(word.geometry, ([px, py]) => [x + px * sx, y + py * sy]);
    const box = Object.assign(word.box.map(Number), [x + bx * sx, y + by * sy, bw * sx, bh * sy]);
    return { ...word, box: box as unknown as TileDetection["box"], ...(geometry ? { geometry } : {}) };
  });
}

async function pictureOf(file: string, { turn = 0, scale = 1 }: DocumentCase): Promise<TilePicture> {
  const scratch = await mkdtemp(path.join(tmpdir(), "tessera-quality-"));
  try {
    const source = file.endsWith(".pdf") ? await drawPdf(file, path.join(scratch, "page.tif")) : file;
    const flat = await sharp(source).flatten({ background: "#fff" }).toColourspace("srgb").png().toBuffer();
    const turned = turn === 0 ? flat : await sharp(flat).rotate(turn, { background: "#fff" }).png().toBuffer();
    const { width } = await sharp(turned).metadata();
    const image = sharp(turned)
      .resize(Math.round(width * scale))
      .toColourspace("srgb")
      .removeAlpha()
      .raw();
    const { data, info } = await image.toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function drawPdf(file: string, target: string): Promise<string> {
  const probe = await probePdf(file, PDF_DPI);
  const [page = { width: 1, height: 1 }] = probe.pages;
  await writePdfPage({ path: file, format: "pdf", page: 0, ...page }, target, undefined);
  return target;
}
