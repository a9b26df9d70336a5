import { type Directory, type Tiff, text } from "./directory.ts";
import { TAG } from "./tags.ts";

/** What GDAL notes of a band: the quantity is `scale` · value + `offset`, in `unit`. */
export type BandNotes = { name: string | null; unit: string | null; scale: number; offset: number };

const MAX_BYTES = 1024 ** 2;
const ITEM = /<Item\b([^>]*)>([^<]*)<\/Item>/g;

/** Reads the notes of band `sample`, 0-based, from GDAL's metadata; a file without any says nothing. */
export async function readBandNotes(tiff: Tiff, directory: Directory): Promise<(sample: number) => BandNotes> {
  const xml = await text(tiff, directory, TAG.gdalMetadata, MAX_BYTES);
  const items = [...xml.matchAll(ITEM)].map(([, attributes = "", value = ""]) => ({
    sample: Number(/\bsample="(\d+)"/.exec(attributes)?.[1] ?? "-1"),
    role: /\brole="(\w+)"/.exec(attributes)?.[1],
    value: plain(value),
  }));
  return (sample) => {
    const of = (role: string): string | null =>
      items.find((item) => item.sample === sample && item.role === role)?.value || null;
    const scale = Number(of("scale") ?? "1");
    const offset = Number(of("offset") ?? "0");
    return {
      name: of("description"),
      unit: of("unittype"),
      scale: Number.isFinite(scale) && scale !== 0 ? scale : 1,
      offset: Number.isFinite(offset) ? offset : 0,
    };
  };
}

function plain(value: string): string {
  return value
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .trim()
    .slice(0, 100);
}
