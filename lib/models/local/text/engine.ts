import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { z } from "zod";
import type { Grey } from "./grey.ts";
import { trainedDataPath } from "./languages.ts";
import { encodePgm } from "./pgm.ts";

/** A word as the recogniser reads it, in pixels of what it was given; confidence 0…1. */
export type ReadWord = { text: string; confidence: number; x0: number; y0: number; x1: number; y1: number };

/** A loaded recogniser: one of its own in each worker thread, for one picture at a time. */
export type TextEngine = { read(picture: Grey): ReadWord[]; readonly memoryBytes: number };

/** The part of Tesseract's interface that is used. The package comes without types. */
type Api = {
  Init(directory: string | null, languages: string, mode: number): number;
  SetVariable(name: string, value: string): boolean;
  SetImageFile(exifOrientation: number, angle: number): number;
  Recognize(monitor: null): number;
  GetJSONText(): string;
  Clear(): void;
};
type Core = {
  FS: { writeFile(file: string, bytes: Uint8Array): void; unlink(file: string): void };
  TessBaseAPI: new () => Api;
};
type InstantiateWasm = (
  imports: WebAssembly.Imports,
  use: (instance: WebAssembly.Instance) => void,
) => Record<string, never>;
type CoreFactory = (options: {
  instantiateWasm: InstantiateWasm;
  print: () => void;
  printErr: () => void;
}) => Promise<Core>;

/**
 * The build for SIMD, without the legacy engine. Not the one for relaxed SIMD: it may give other results on other processors, and a run
 * must not depend on where a tile was read.
 */
const BUILD = "tesseract.js-core/tesseract-core-simd-lstm";
const LSTM_ONLY = 1;
/** Columns, headings and captions are told apart (page segmentation mode 3); the default takes a page for one block of text. */
const AUTOMATIC_LAYOUT = "3";
const INPUT = "/input";

const corner = z.number();
const wordSchema = z.object({
  text: z.string(),
  confidence: z.number(),
  bbox: z.object({ x0: corner, y0: corner, x1: corner, y1: corner }),
});
const pageSchema = z.object({
  blocks: z
    .array(
      z.object({
        paragraphs: z
          .array(z.object({ lines: z.array(z.object({ words: z.array(wordSchema).nullish() })).nullish() }))
          .nullish(),
      }),
    )
    .nullish(),
});

/**
 * Loads Tesseract with `languages` (`eng`, `deu+eng`), all from packages in `packagesDirectory`; nothing is fetched. Throws where a
 * language is not there or the engine does not start.
 */
export async function openTextEngine(languages: string, packagesDirectory: string): Promise<TextEngine> {
  const require = createRequire(path.join(packagesDirectory, "package.json"));
  const create: CoreFactory = require(BUILD);
  const module = await WebAssembly.compile(new Uint8Array(await readFile(require.resolve(`${BUILD}.wasm`))));
  let memory: WebAssembly.Memory | undefined;
  const core = await create({
    // What it prints are remarks on odd pages; errors are returned besides.
    print: () => undefined,
    printErr: () => undefined,
    instantiateWasm: (imports, use) => {
      const instance = new WebAssembly.Instance(module, imports);
      memory = Object.values(instance.exports).find((value) => value instanceof WebAssembly.Memory);
      use(instance);
      return {};
    },
  });
  for (const language of languages.split("+")) {
    core.FS.writeFile(`./${language}.traineddata`, await trainedData(language, packagesDirectory));
  }
  const api = new core.TessBaseAPI();
  if (api.Init(null, languages, LSTM_ONLY) !== 0) throw new Error(`Tesseract does not start with ${languages}`);
  for (const language of languages.split("+")) core.FS.unlink(`./${language}.traineddata`);
  api.SetVariable("tessedit_pageseg_mode", AUTOMATIC_LAYOUT);
  // What it tells of its own accord (estimated resolutions, empty pages) is of no use to anybody.
  api.SetVariable("debug_file", "/dev/null");
  return {
    read: (picture) => read(core, api, picture),
    get memoryBytes() {
      return memory?.buffer.byteLength ?? 0;
    },
  };
}

async function trainedData(language: string, packagesDirectory: string): Promise<Uint8Array> {
  return promisify(gunzip)(await readFile(trainedDataPath(language, packagesDirectory)));
}

function read(core: Core, api: Api, picture: Grey): ReadWord[] {
  core.FS.writeFile(INPUT, encodePgm(picture));
  try {
    if (api.SetImageFile(1, 0) === 1) throw new Error("Tesseract cannot read the picture");
    if (api.Recognize(null) !== 0) throw new Error("Tesseract gave up on the picture");
    const page = pageSchema.parse(JSON.parse(api.GetJSONText()));
    const lines = (page.blocks ?? []).flatMap((block) => (block.paragraphs ?? []).flatMap(({ lines }) => lines ?? []));
    return lines.flatMap(({ words }) => (words ?? []).map(toWord)).filter(({ text }) => text !== "");
  } finally {
    api.Clear();
    core.FS.unlink(INPUT);
  }
}

function toWord({ text, confidence, bbox }: z.infer<typeof wordSchema>): ReadWord {
  return { text: text.trim(), confidence: Math.min(1, Math.max(0, confidence / 100)), ...bbox };
}
