import { TesseraError } from "#lib/core/errors.ts";
import { runDecoder } from "./decoding/run-decoder.ts";
import { timeLimitMs } from "./decoding/time-limit.ts";
import { pageOf } from "./page-of.ts";
import type { ImageProbe } from "./types.ts";

/**
 * Keeps the bands of one page as they were measured, in a process of its own, so that their look can be chosen. `target` must not exist;
 * it is whole when this returns a number of bands, and not there where this is 0: the page is a picture as it stands. Throws as
 * `buildPyramid` does.
 */
export async function buildSamples(options: {
  source: string;
  target: string;
  /** 0-based. */
  page: number;
  probe: ImageProbe;
  signal?: AbortSignal;
}): Promise<number> {
  const { source, target, page, probe, signal } = options;
  const reply = await runDecoder(
    { kind: "samples", source: pageOf(source, page, probe), scratch: target, target },
    { lane: "decode", timeoutMs: timeLimitMs(probe, page, BAND_READS), signal },
  );
  if (reply.kind !== "samples") throw new TesseraError("internal", "the decoder answered something else");
  return reply.bands;
}

/** Bands are looked at and then read, some at a time. */
const BAND_READS = 8;
