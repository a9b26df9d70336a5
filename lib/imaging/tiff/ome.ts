import { type Tiff, text } from "./directory.ts";
import { TAG } from "./tags.ts";

/** A channel of a picture: the directory that holds it, the colour that it is shown in, 0…255 each, and its name in the file. */
export type OmeChannel = {
  directory: number;
  colour: readonly [red: number, green: number, blue: number];
  name: string | null;
};

const MAX_XML_BYTES = 64 * 1024 ** 2;
const MAX_PLANES = 100_000;
type Axis = "C" | "Z" | "T";
type Place = Record<Axis, number>;

/** Colours of channels that the file gives none: those that can be told apart best when they are added up. */
const COLOURS: readonly OmeChannel["colour"][] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 0],
  [0, 255, 255],
  [255, 0, 255],
  [255, 255, 255],
];
/** Bio-Formats' mark of a channel without a colour of its own, and white. */
const UNCOLOURED = new Set([-1, 0]);

/** True where the description of a TIFF is OME-XML. */
export function isOme(description: string): boolean {
  return /<(?:\w+:)?OME[\s>]/.test(description);
}

/**
 * The pages of an OME-TIFF whose channels lie in directories of their own, each with the channels that make it: one page for each
 * depth and time. Null where the file is none, has one channel only, or keeps its colours in one directory.
 */
export async function readOmePages(tiff: Tiff): Promise<OmeChannel[][] | null> {
  const first = tiff.directories[0];
  const xml = first ? await text(tiff, first, TAG.imageDescription, MAX_XML_BYTES) : "";
  if (!isOme(xml)) return null;
  const image = /<(?:\w+:)?Image[\s>][\s\S]*?<\/(?:\w+:)?Image>/.exec(xml)?.[0] ?? xml;
  const pixels = attributes(/<(?:\w+:)?Pixels\s([^>]*)>/.exec(image)?.[1] ?? "");
  const channels = tags(image, "Channel");
  if (channels.length < 2 || channels.some((channel) => Number(channel.get("SamplesPerPixel") ?? 1) !== 1)) return null;
  const size: Place = { C: channels.length, Z: count(pixels, "SizeZ"), T: count(pixels, "SizeT") };
  if (size.C * size.Z * size.T > MAX_PLANES) return null;
  const directories = placeDirectories(tags(image, "TiffData"), size, axesOf(pixels.get("DimensionOrder")));
  const colours = channelColours(channels);
  const pages: OmeChannel[][] = [];
  for (let t = 0; t < size.T; t += 1) {
    for (let z = 0; z < size.Z; z += 1) {
      const page = colours.flatMap((colour, c): OmeChannel[] => {
        const directory = directories.get(key({ C: c, Z: z, T: t }));
        const name = channels[c]?.get("Name") ?? null;
        return directory !== undefined && directory < tiff.directories.length ? [{ directory, colour, name }] : [];
      });
      // Of a picture that is spread over several files, what is here is shown.
      if (page.length > 0) pages.push(page);
    }
  }
  return pages.length > 0 ? pages : null;
}

function channelColours(channels: readonly Map<string, string>[]): OmeChannel["colour"][] {
  const stated = channels.map((channel) => Number(channel.get("Color") ?? "-1"));
  return stated.map((value, index) => {
    // Red, green, blue and alpha in one signed number.
    if (Number.isInteger(value) && !UNCOLOURED.has(value)) {
      return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255];
    }
    return COLOURS[index % COLOURS.length] ?? [255, 255, 255];
  });
}

/** Which directory holds which plane; planes follow each other along the axes in their order. */
function placeDirectories(
  blocks: readonly Map<string, string>[],
  size: Place,
  axes: readonly Axis[],
): Map<string, number> {
  const placed = new Map<string, number>();
  const all = size.C * size.Z * size.T;
  for (const block of blocks.length > 0 ? blocks : [new Map<string, string>()]) {
    const begin = count(block, "IFD", 0);
    const planes = count(block, "PlaneCount", block.has("IFD") ? 1 : all);
    const from: Place = { C: count(block, "FirstC", 0), Z: count(block, "FirstZ", 0), T: count(block, "FirstT", 0) };
    for (let step = 0; step < Math.min(planes, all); step += 1) {
      placed.set(key(advance(from, step, size, axes)), begin + step);
    }
  }
  return placed;
}

function advance(from: Place, steps: number, size: Place, axes: readonly Axis[]): Place {
  const place = { ...from };
  let rest = steps;
  for (const axis of axes) {
    const at = place[axis] + rest;
    place[axis] = at % size[axis];
    rest = Math.floor(at / size[axis]);
  }
  return place;
}

function axesOf(order: string | undefined): Axis[] {
  const axes = [...(order ?? "XYCZT")].filter((letter) => letter === "C" || letter === "Z" || letter === "T");
  return axes.length === 3 ? axes : ["C", "Z", "T"];
}

function key({ C, Z, T }: Place): string {
  return `${C}/${Z}/${T}`;
}

function tags(xml: string, name: string): Map<string, string>[] {
  const found = xml.matchAll(new RegExp(`<(?:\\w+:)?${name}(\\s[^>]*)?/?>`, "g"));
  return [...found].map((match) => attributes(match[1] ?? ""));
}

function attributes(text: string): Map<string, string> {
  return new Map([...text.matchAll(/([\w:]+)\s*=\s*"([^"]*)"/g)].map((match) => [match[1] ?? "", match[2] ?? ""]));
}

function count(from: Map<string, string>, name: string, otherwise = 1): number {
  const value = Number(from.get(name) ?? otherwise);
  return Number.isInteger(value) && value >= 0 ? value : otherwise;
}
