import { readFile } from "node:fs/promises";
import { InvalidArgumentError } from "commander";
import type { z } from "zod";
import { type Tiling, tilingSchema } from "#lib/core/detection/run.ts";
import { TesseraError } from "#lib/core/errors.ts";

/** Parses an option's text as a number. */
export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("not a number");
  return value;
}

/** Adds one more value to an option that may be given several times. */
export function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}

/** Parses with a schema; throws `bad-input` with the first mistake in plain words. */
export function parseWith<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new TesseraError("bad-input", `${issue?.path.join(".") || "input"}: ${issue?.message ?? "not understood"}`);
}

/** JSON as typed, or as a file holds it. Throws what parsing it throws. */
export async function typedJson(text: string): Promise<unknown> {
  return JSON.parse(text.trimStart().startsWith("{") ? text : await readFile(text, "utf8"));
}

/** `--tile N` or `--grid CxR`, with `--overlap F`. Undefined where neither is given. Throws `bad-input`. */
export function tilingOf(options: { tile?: number; grid?: string; overlap?: number }): Tiling | undefined {
  const overlap = options.overlap === undefined ? {} : { overlap: options.overlap };
  if (options.tile !== undefined && options.grid !== undefined) {
    throw new TesseraError("bad-input", "--tile and --grid exclude each other");
  }
  if (options.tile !== undefined) return parseWith(tilingSchema, { tile: options.tile, ...overlap });
  if (options.grid === undefined) return undefined;
  const match = /^(\d+)x(\d+)$/i.exec(options.grid);
  if (!match) throw new TesseraError("bad-input", `--grid reads COLUMNSxROWS, e.g. 3x2; it was ${options.grid}`);
  return parseWith(tilingSchema, { columns: Number(match[1]), rows: Number(match[2]), ...overlap });
}
