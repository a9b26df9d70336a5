import { readOverview } from "#lib/imaging/overview.ts";
import { probeImage } from "#lib/imaging/probe.ts";
import type { ProviderSettings } from "#lib/models/settings.ts";
import { type Page, pageOf } from "./infer.ts";

const none = undefined;
/** The embedded models alone, two at work at once. */
export const SETTINGS: ProviderSettings = {
  localWorkers: 2,
  keys: { openai: none, anthropic: none, google: none, gateway: none, openaiCompatible: none },
};

const pages = new Map<string, Promise<Page>>();

/** The picture as a run sees it: upright, on white, 8-bit. */
export function openPage(file: string): Promise<Page> {
  const known = pages.get(file);
  if (known) return known;
  const opened = (async () => {
    const probe = await probeImage(file, { maxPixels: 1e9 });
    const [size] = probe.pages;
    const picture = await readOverview(file, probe, { maxSide: Math.max(size?.width ?? 1, size?.height ?? 1) });
    return pageOf(picture, probe.scale && "micronsPerPixel" in probe.scale ? probe.scale.micronsPerPixel : null);
  })();
  pages.set(file, opened);
  return opened;
}
