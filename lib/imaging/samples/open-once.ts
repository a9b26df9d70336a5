import { processWide } from "#lib/process-wide.ts";
import { keepRecent } from "../keep-recent.ts";
import type { Samples } from "./open-samples.ts";

/** Files of bands that a process keeps open. */
const KEPT_OPEN = 32;

/** The bands at `place`, opened once for all of this process; the longest unused are closed when there are many. */
export function openSamples(place: string, openIt: () => Promise<Samples>): Promise<Samples> {
  const open = processWide("open-samples", () => new Map<string, Promise<Samples>>());
  return keepRecent(open, place, openIt, KEPT_OPEN, (evicted) => {
    evicted.then((samples) => samples.close()).catch(() => undefined);
  });
}
