import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { projectRoot } from "#lib/config/paths.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { readOverview } from "../overview.ts";
import { probeImage } from "../probe.ts";
import { buildPyramid } from "../pyramid.ts";
import { buildSamples } from "../samples.ts";
import { mutant } from "./mutate.ts";

/** No mutant may hold an ingest longer than this. */
const PATIENCE_MS = 60_000;
const AT_ONCE = 4;
const MAX_PIXELS = 30_000_000;

/** The real files that mutants are made of: what stands with the tests, and the samples that people try first. */
async function realFiles(): Promise<Buffer[]> {
  const folders = [join(projectRoot(), "lib", "imaging", "fixtures"), join(projectRoot(), "samples")];
  const files: Buffer[] = [];
  for (const folder of folders) {
    for (const name of (await readdir(folder)).sort()) {
      if (!/\.(md|json)$/.test(name)) files.push(await readFile(join(folder, name)));
    }
  }
  return files;
}

/** Takes a file through what ingest does with its pixels. Returns null where it is accepted, else what was thrown. */
async function ingest(source: string, target: string): Promise<unknown> {
  try {
    const probe = await probeImage(source, { maxPixels: MAX_PIXELS });
    await readOverview(source, probe, { maxSide: 256 });
    await buildPyramid({ source, target, page: 0, probe });
    await buildSamples({ source, target: `${target}.bands`, page: 0, probe });
    return null;
  } catch (error) {
    return error;
  }
}

/** A file for the decoders, made when its turn comes. */
export type Morsel = { name: string; bytes: () => Buffer | Promise<Buffer> };

/** The mutants of these seeds. */
export async function mutantsOf(seeds: readonly number[]): Promise<Morsel[]> {
  const files = await realFiles();
  return seeds.map((seed) => ({ name: `seed-${seed}`, bytes: () => mutant(files, seed) }));
}

/**
 * Feeds files to the decoders. Each is accepted or refused in one line that is the sender's to mend, in bounded time, and nothing
 * stays behind. Returns how many of each there were.
 */
export async function feed(morsels: readonly Morsel[]): Promise<{ accepted: number; refused: number }> {
  const folder = await mkdtemp(join(tmpdir(), "fuzz-"));
  const scratch = join(folder, "tmp");
  await mkdir(scratch);
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = scratch;
  const count = { accepted: 0, refused: 0 };
  const waiting = [...morsels];
  const eat = async (): Promise<void> => {
    for (let morsel = waiting.shift(); morsel !== undefined; morsel = waiting.shift()) {
      const { name } = morsel;
      const [source, target] = [join(folder, name), join(folder, `${name}.pyramid`)];
      await writeFile(source, await morsel.bytes());
      const started = performance.now();
      const error = await ingest(source, target);
      expect(performance.now() - started, name).toBeLessThan(PATIENCE_MS);
      if (error === null) count.accepted += 1;
      else {
        count.refused += 1;
        expect(error, name).toBeInstanceOf(TesseraError);
        if (error instanceof TesseraError) {
          expect([error.code, error.isCallersFault], `${name}: ${error.message}`).toEqual([error.code, true]);
          expect(error.message, name).toMatch(/^[^\r\n]{1,400}$/);
        }
      }
      await rm(source);
      await rm(target, { force: true });
      await rm(`${target}.bands`, { force: true });
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, eat));
    expect(await readdir(scratch)).toEqual([]);
    expect(await readdir(folder)).toEqual(["tmp"]);
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
    await rm(folder, { recursive: true, force: true });
  }
  return count;
}
