import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { projectRoot } from "#lib/config/paths.ts";
import { type Sample, sampleSchema } from "#lib/core/api/images.ts";
import type { Image } from "#lib/core/detection/image.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { addImage } from "./add-image.ts";

function sampleFile(name: string): string {
  return join(projectRoot(), "samples", name);
}

/** The bundled pictures, with their sources and licences. `bytes` is the file's size. */
export async function readSamples(): Promise<(Sample & { bytes: number })[]> {
  const listed = z.array(sampleSchema).parse(JSON.parse(await readFile(sampleFile("samples.json"), "utf8")));
  return Promise.all(listed.map(async (sample) => ({ ...sample, bytes: (await stat(sampleFile(sample.file))).size })));
}

/** Adds a bundled picture to the library. Only what is listed can be asked for. Throws `not-found`. */
export async function addSample(file: string, actor: string): Promise<{ image: Image; added: boolean }> {
  const sample = (await readSamples()).find((candidate) => candidate.file === file);
  if (!sample) throw new TesseraError("not-found", "there is no such sample");
  return addImage({ source: createReadStream(sampleFile(sample.file)), name: sample.file }, actor);
}
