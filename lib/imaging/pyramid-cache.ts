import { processWide } from "#lib/process-wide.ts";
import { openPyramidFile, type Pyramid } from "./pyramid/open.ts";

/** Pyramids that a process keeps open; each holds a file handle and, at 20 gigapixels, 1.6 MB of offsets. */
const KEPT_OPEN = 64;

/**
 * The pyramid at `path`, opened once for all of this process. The longest unused is closed when there are many; who still holds it
 * can go on reading. Throws where it is missing or not a pyramid.
 */
export function openPyramid(path: string): Promise<Pyramid> {
  const open = processWide("open-pyramids", () => new Map<string, Promise<Pyramid>>());
  const found = open.get(path);
  const pyramid = found ?? openPyramidFile(path);
  // The order of a map is that of insertion: what was used last goes to the end.
  open.delete(path);
  open.set(path, pyramid);
  if (!found) pyramid.catch(() => open.delete(path));
  const [oldest] = open.size > KEPT_OPEN ? open : [];
  if (oldest) {
    open.delete(oldest[0]);
    oldest[1].then((evicted) => evicted.close()).catch(() => undefined);
  }
  return pyramid;
}
