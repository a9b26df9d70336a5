/**
 * Asks other programs – vips, GDAL and OpenSlide as Debian has them – what pictures hold, and prints the answers as JSON, which the
 * tests compare with ours: `node lib/imaging/answers/collect.ts NAME=FOLDER… > lib/imaging/answers/answers.json`, where NAME is
 * what the folder is called in the answers. Needs `apt-get install libvips-tools gdal-bin`.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { spreadPoints } from "../spread-points.ts";
import type { Answer, Answers } from "./answers.ts";
import {
  askGdal,
  clearScratch,
  field,
  type Gdal,
  masked,
  plainByGdal,
  type Raster,
  run,
  shownByVips,
  stretchedByGdal,
} from "./rasters.ts";

const PICTURE = /\.(?:svs|tiff?|png|jpe?g|pdf|bmp|gif|webp|avif|jp2|j2k)$/i;
const POINTS = 12;
const PDF_DPI = 200;
/** Pages of a document that are asked about. */
const MAX_PAGES = 3;
/** A point is asked about where the pixels around it differ by no more: codecs and renderers differ at edges. */
const CALM = 6;
const REACH = 2;
const FINEST_SLIDE_PIXELS_PER_MM = 100;

function sample({ width, height, at }: Raster, calmOnly: boolean): Answer["pages"][number]["samples"] {
  const samples: Answer["pages"][number]["samples"] = [];
  let tries = 0;
  for (const [x, y] of spreadPoints(width, height)) {
    tries += 1;
    if (samples.length === POINTS || tries > 4000) return samples;
    if (calmOnly && !isCalm({ width, height, at }, x, y)) continue;
    const [red = 0, green = red, blue = red] = at(x, y);
    samples.push([x, y, red, green, blue]);
  }
  return samples;
}

function isCalm({ width, height, at }: Raster, x: number, y: number): boolean {
  const middle = at(x, y);
  for (let dy = -REACH; dy <= REACH; dy += 1) {
    for (let dx = -REACH; dx <= REACH; dx += 1) {
      const [px, py] = [x + dx, y + dy];
      if (px < 0 || py < 0 || px >= width || py >= height) return false;
      if (at(px, py).some((value, band) => Math.abs(value - (middle[band] ?? 0)) > CALM)) return false;
    }
  }
  return true;
}

/** True where decoders may differ by a little: what JPEG has compressed, and what is drawn. */
function losesDetail(path: string, gdal: Gdal | null): boolean {
  return /\.(?:jpe?g|pdf|svs)$/i.test(path) || /JPEG/.test(gdal?.metadata?.["IMAGE_STRUCTURE"]?.["COMPRESSION"] ?? "");
}

/** Depths and times of an OME-TIFF with several channels; 0 for anything else. */
function composedPages(path: string): number {
  const xml = field(path, "image-description") ?? "";
  const size = (axis: string): number => Number(new RegExp(`\\bSize${axis}="(\\d+)"`).exec(xml)?.[1] ?? "0");
  return size("C") > 1 && xml.includes('SamplesPerPixel="1"') ? size("Z") * size("T") : 0;
}

function answerPages(path: string, gdal: Gdal | null, isLossy: boolean): Answer["pages"] {
  const isGeo = gdal?.geoTransform !== undefined || gdal?.gcps !== undefined;
  if (gdal && (isGeo || gdal.bands[0]?.type !== "Byte") && gdal.driverShortName !== "PDF") {
    const isPlain = gdal.bands[0]?.type === "Byte";
    const raster = isPlain
      ? masked(shownByVips(path) ?? plainByGdal(path, gdal), path, gdal)
      : stretchedByGdal(path, gdal);
    const [width, height] = gdal.size;
    const first = { width, height, samples: raster ? sample(raster, isLossy) : [] };
    // Behind the first page of a GeoTIFF stand its levels and masks.
    const count = isGeo ? 1 : Number(field(path, "n-pages") ?? "1");
    const others = Array.from({ length: count - 1 }, (_, index) => {
      const page = `${path}[page=${index + 1}]`;
      return { width: Number(field(page, "width")), height: Number(field(page, "height")), samples: [] };
    });
    return [first, ...others];
  }
  const composed = composedPages(path);
  if (composed > 0) {
    // None of these programs adds channels up: their colours are tested on their own.
    const [width, height] = [Number(field(path, "width")), Number(field(path, "height"))];
    return Array.from({ length: composed }, () => ({ width, height, samples: [] }));
  }
  const isPdf = /\.pdf$/i.test(path);
  const isJpeg2000 = /\.j[p2][2k]$/i.test(path);
  // Levels and associated pictures are no pages; of a slide OpenSlide tells the first.
  const isSlide = field(path, "vips-loader") === "openslideload";
  const isPyramid = field(path, "subifds") !== null || /boxes\.tiff$/.test(path);
  const count = isSlide || isPyramid || isJpeg2000 ? 1 : Number(field(path, "n-pages") ?? "1");
  return Array.from({ length: count }, (_, page) => {
    const options = isPdf ? `[page=${page},dpi=${PDF_DPI}]` : count > 1 ? `[page=${page}]` : "";
    const width = Number(field(`${path}${options}`, "width"));
    const height = Number(field(`${path}${options}`, "height"));
    const whole = page === 0 && gdal ? plainByGdal(path, gdal) : null;
    const raster = page < MAX_PAGES ? (shownByVips(`${path}${options}`) ?? whole) : null;
    return {
      width: raster?.width ?? width,
      height: raster?.height ?? height,
      samples: raster ? sample(raster, isLossy) : [],
    };
  });
}

function answerGround(
  path: string,
  { size, geoTransform, coordinateSystem, gcps }: Gdal,
): Pick<Answer, "epsg" | "transform" | "lonLat"> {
  const [c, a, b, f, d, e] = geoTransform ?? [];
  const wkt = coordinateSystem?.wkt ?? gcps?.coordinateSystem.wkt ?? "";
  const epsg = /ID\["EPSG",(\d+)\]\]$/.exec(wkt.trim())?.[1];
  const places = take(spreadPoints(...size), POINTS);
  const asked = places.map((place) => place.join(" ")).join("\n");
  const told = wkt === "" ? null : run("gdaltransform", ["-t_srs", "EPSG:4326", "-output_xy", path], asked);
  const lonLat = (told ?? "")
    .trim()
    .split("\n")
    .flatMap((line, index): Answer["lonLat"] => {
      const [longitude, latitude] = line.split(" ").map(Number);
      const place = places[index];
      const isKnown = longitude !== undefined && latitude !== undefined && Number.isFinite(longitude + latitude);
      return place && isKnown ? [[...place, longitude, latitude]] : [];
    });
  const whole = [a, b, c, d, e, f].every((value) => value !== undefined);
  return {
    ...(epsg === undefined ? {} : { epsg: Number(epsg) }),
    ...(whole ? { transform: [a ?? 0, b ?? 0, c ?? 0, d ?? 0, e ?? 0, f ?? 0] } : {}),
    lonLat,
  };
}

function take<T>(from: Iterable<T>, count: number): T[] {
  const taken: T[] = [];
  for (const item of from) {
    if (taken.length === count) break;
    taken.push(item);
  }
  return taken;
}

function micronsPerPixel(path: string): number | null {
  const slide = field(path, "openslide.mpp-x");
  if (slide !== null) return Number(slide);
  const perMillimetre = Number(field(path, "xres"));
  return /\.tiff?$/i.test(path) && perMillimetre >= FINEST_SLIDE_PIXELS_PER_MM ? 1000 / perMillimetre : null;
}

function answer(path: string): Answer | null {
  const gdal = askGdal(path);
  const isLossy = losesDetail(path, gdal);
  const pages = answerPages(path, gdal, isLossy);
  if (pages.length === 0 || pages.some(({ width, height }) => !(width > 0 && height > 0))) return null;
  const isGeo = gdal && (gdal.geoTransform !== undefined || gdal.gcps !== undefined) && gdal.driverShortName !== "PDF";
  const microns = micronsPerPixel(path);
  return {
    sha256: createHash("sha256").update(readFileSync(path)).digest("hex"),
    pages,
    isLossy,
    lonLat: [],
    ...(isGeo ? answerGround(path, gdal) : {}),
    ...(microns === null ? {} : { micronsPerPixel: microns }),
  };
}

const answers: Answers = {};
for (const [name = "", folder = ""] of process.argv.slice(2).map((argument) => argument.split("="))) {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  for (const file of files.filter((each) => PICTURE.test(each) && !/\.gt\./.test(each)).toSorted()) {
    process.stderr.write(`${name}/${file}\n`);
    const found = answer(join(folder, file));
    if (found) answers[`${name}/${file}`] = found;
  }
}
clearScratch();
const lines = Object.entries(answers).map(([file, found]) => `  ${JSON.stringify(file)}: ${JSON.stringify(found)}`);
process.stdout.write(`{\n${lines.join(",\n")}\n}\n`);
