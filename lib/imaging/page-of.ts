import { TesseraError } from "#lib/core/errors.ts";
import type { Source } from "./decoding/messages.ts";
import type { ImageProbe } from "./types.ts";

/** One page of a probed file, as the decoder is told of it. `page` is 0-based; throws `bad-input` where there is none. */
export function pageOf(path: string, page: number, probe: ImageProbe): Source {
  const size = probe.pages[page];
  if (!size) throw new TesseraError("bad-input", `the picture has no page ${page}`);
  return { path, page, format: probe.format, ...size };
}
