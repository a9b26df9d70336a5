import { TesseraError } from "#lib/core/errors.ts";
import { runDecoder } from "./decoding/run-decoder.ts";
import { timeLimitMs } from "./decoding/time-limit.ts";
import { pageOf } from "./page-of.ts";
import type { ImageProbe } from "./types.ts";

/**
 * Builds the pyramid of one page in a process of its own: a tiled BigTIFF of 512 px tiles, level 0 at full resolution, each next
 * half of it rounded up; `tileFormat` says how they are stored. `target` must not exist; it is whole when this returns and may be half written when it throws.
 * `onProgress` hears 0…1. Throws `unsupported-image`, `too-large`, `storage-failed`, or the signal's reason.
 */
export async function buildPyramid(options: {
  source: string;
  target: string;
  /** 0-based. */
  page: number;
  probe: ImageProbe;
  onProgress?: (progress: number) => void;
  signal?: AbortSignal;
}): Promise<{ width: number; height: number; levels: number; tileFormat: "jpg" | "webp" }> {
  const { source, target, page, probe } = options;
  const micronsPerPixel = probe.scale && "micronsPerPixel" in probe.scale ? probe.scale.micronsPerPixel : null;
  const reply = await runDecoder(
    { kind: "pyramid", source: pageOf(source, page, probe), scratch: target, target, micronsPerPixel },
    { lane: "decode", timeoutMs: timeLimitMs(probe, page), signal: options.signal, onProgress: options.onProgress },
  );
  if (reply.kind !== "pyramid") throw new TesseraError("internal", "the decoder answered something else");
  const { width, height, levels, codec } = reply;
  return { width, height, levels, tileFormat: codec === "jpeg" ? "jpg" : "webp" };
}
