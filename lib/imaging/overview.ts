import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TesseraError } from "#lib/core/errors.ts";
import { runDecoder } from "./decoding/run-decoder.ts";
import { timeLimitMs } from "./decoding/time-limit.ts";
import type { ImageProbe, RgbPixels } from "./types.ts";

/**
 * A small version of the first page, at most `maxSide` pixels wide and high, read straight from the source in a process of its
 * own and in bounded memory: upright, on white, 8-bit RGB. Throws `unsupported-image` where the picture cannot be decoded.
 */
export async function readOverview(
  path: string,
  probe: ImageProbe,
  { maxSide, signal }: { maxSide: number; signal?: AbortSignal },
): Promise<RgbPixels> {
  const page = 0;
  const reply = await runDecoder(
    { kind: "overview", source: { path, page, format: probe.format }, scratch: join(tmpdir(), randomUUID()), maxSide },
    { timeoutMs: timeLimitMs(probe, page), signal },
  );
  if (reply.kind !== "overview") throw new TesseraError("internal", "the decoder answered something else");
  return { data: reply.data, width: reply.width, height: reply.height };
}
