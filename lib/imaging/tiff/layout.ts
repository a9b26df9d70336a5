import { type Directory, number, storedSize, type Tiff, text } from "./directory.ts";
import { hamamatsuView, isHamamatsu } from "./hamamatsu.ts";
import { TAG } from "./tags.ts";

/**
 * One stored resolution of a page: `directory` is its place in the file, what libvips calls the page; `mask` that of the mask, as GDAL
 * writes it, of which pixels hold data.
 */
export type StoredLevel = { directory: number; width: number; height: number; mask: number | null };

/** A page of a TIFF: its full resolution first, then what smaller versions the file carries, largest first. */
export type StoredPage = [full: StoredLevel, ...smaller: StoredLevel[]];

export type TiffLayout = {
  pages: StoredPage[];
  /** Pictures of a slide that are not the slide: its label and the photograph of the glass. */
  associated: string[];
};

const REDUCED = 1;
const MASK = 4;

/** True where the file is an Aperio slide, by its description. */
export function isAperio(description: string): boolean {
  return description.startsWith("Aperio");
}

/** Tells the pages of a TIFF from their smaller versions, masks and a slide's associated pictures. */
export async function readLayout(tiff: Tiff): Promise<TiffLayout> {
  if (isHamamatsu(tiff)) return readHamamatsuLayout(tiff);
  const first = tiff.directories[0];
  const aperio = first !== undefined && isAperio(await text(tiff, first, TAG.imageDescription));
  const pages: StoredPage[] = [];
  const associated: string[] = [];
  const masks: (StoredLevel & { of: StoredPage })[] = [];
  for (const directory of tiff.directories) {
    const stored = { directory: directory.index, ...(await storedSize(tiff, directory)), mask: null };
    const page = pages.at(-1);
    const kind = await number(tiff, directory, TAG.newSubfileType, 0);
    if (page && kind & MASK) {
      masks.push({ ...stored, of: page });
    } else if (!page) {
      pages.push([stored]);
    } else if (await isSmallerVersion(tiff, directory, stored, page[0])) {
      page.push(stored);
    } else if (aperio) {
      const name = await associatedName(tiff, directory);
      if (name) associated.push(name);
    } else if (!(kind & REDUCED)) {
      pages.push([stored]);
    }
  }
  for (const { of, directory, width, height } of masks) {
    const hidden = of.find((level) => level.width === width && level.height === height);
    if (hidden) hidden.mask ??= directory;
  }
  for (const page of pages) page.sort((a, b) => b.width - a.width);
  return { pages, associated };
}

/** Nothing but the scanner's own fields tells its levels from the pictures beside them; other depths of focus are left out. */
async function readHamamatsuLayout(tiff: Tiff): Promise<TiffLayout> {
  const levels: StoredLevel[] = [];
  const associated = new Set<string>();
  for (const directory of tiff.directories) {
    const view = await hamamatsuView(tiff, directory);
    if (view === "slide")
      levels.push({ directory: directory.index, ...(await storedSize(tiff, directory)), mask: null });
    else if (view !== "other focus") associated.add(view);
  }
  const [full, ...smaller] = levels.toSorted((a, b) => b.width - a.width);
  return { pages: full ? [[full, ...smaller]] : [], associated: [...associated] };
}

/**
 * A smaller version says so by its subfile type and has the same shape, or, from writers that do not say so, is tiled and has
 * the page's size divided by a power of two.
 */
async function isSmallerVersion(
  tiff: Tiff,
  directory: Directory,
  stored: StoredLevel,
  full: StoredLevel,
): Promise<boolean> {
  const kind = await number(tiff, directory, TAG.newSubfileType, 0);
  if (stored.width >= full.width || stored.height >= full.height) return false;
  if (stored.width < 1 || stored.height < 1) return false;
  const factor = full.width / stored.width;
  const sameShape = Math.abs(full.height / factor - stored.height) <= 2;
  if (kind & REDUCED) return sameShape;
  const halvings = Math.round(Math.log2(factor));
  const halved = Math.abs(full.width / 2 ** halvings - stored.width) <= 1;
  return (
    directory.fields.has(TAG.tileWidth) &&
    sameShape &&
    (halved || isAperio(await text(tiff, directory, TAG.imageDescription)))
  );
}

async function associatedName(tiff: Tiff, directory: Directory): Promise<string | null> {
  const description = await text(tiff, directory, TAG.imageDescription);
  const named = /^(label|macro)\b/m.exec(description)?.[1];
  if (named) return named;
  // The thumbnail shows the slide itself; anything else that a scanner added may show its label.
  return (await number(tiff, directory, TAG.newSubfileType, 0)) & REDUCED ? "associated picture" : null;
}
