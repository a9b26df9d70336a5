import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TesseraError } from "#lib/core/errors.ts";
import { runDecoder } from "./decoding/run-decoder.ts";
import { timeLimitMs } from "./decoding/time-limit.ts";
import { pageOf } from "./page-of.ts";
import type { ImageProbe, RgbPixels } from "./types.ts";

/**
 * A small version of one page, 0-based, at most `maxSide` pixels wide and high, read straight from the source in a process of its
 * own and in bounded memory: upright, on white, 8-bit RGB. Throws `unsupported-image` where the picture cannot be decoded.
 */
export async function readOverview(
  path: string,
  probe: ImageProbe,
  { maxSide, page = 0, signal }: { maxSide: number; page?: number; signal?: AbortSignal },
): Promise<RgbPixels> {
  const reply = await runDecoder(
    { kind: "overview", source: pageOf(path, page, probe), scratch: join(tmpdir(), randomUUID()), maxSide },
    { lane: "decode", timeoutMs: timeLimitMs(probe, page), signal },
  );
  if (reply.kind !== "overview") throw new TesseraError("internal", "the decoder answered something else");
  return { data: reply.data, width: reply.width, height: reply.height };
}
