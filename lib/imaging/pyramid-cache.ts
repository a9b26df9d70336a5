import { processWide } from "#lib/process-wide.ts";
import { keepRecent } from "./keep-recent.ts";
import { openPyramidFile, type Pyramid } from "./pyramid/open.ts";

/** Pyramids that a process keeps open; each holds a file handle and, at 20 gigapixels, 1.6 MB of offsets. */
const KEPT_OPEN = 64;

/**
 * The pyramid at `place`, a path unless `openIt` says how it is opened, opened once for all of this process. The longest unused is closed when there are many; who still holds it
 * can go on reading. Throws where it is missing or not a pyramid.
 */
export function openPyramid(
  place: string,
  openIt: (place: string) => Promise<Pyramid> = openPyramidFile,
): Promise<Pyramid> {
  const open = processWide("open-pyramids", () => new Map<string, Promise<Pyramid>>());
  return keepRecent(
    open,
    place,
    () => openIt(place),
    KEPT_OPEN,
    (evicted) => {
      evicted.then((pyramid) => pyramid.close()).catch(() => undefined);
    },
  );
}
