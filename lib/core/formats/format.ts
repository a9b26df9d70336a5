import type { ClassColours } from "../detection/class-colour.ts";
import type { EvidenceLink } from "../detection/evidence.ts";
import type { Finding, Measurements } from "../detection/finding.ts";
import type { Position } from "../geometry/shape.ts";
import type { OwnCrs } from "./own-crs.ts";
import type { Source } from "./source.ts";

/** What formats carry of a finding; each carries what it can. Boxes and shapes are level-0 pixels of `page`. */
export type CarriedFinding = Pick<Finding, "page" | "box" | "geometry" | "label" | "score" | "review"> & {
  /** Absent where the format or the file has none. */
  readonly id?: string | undefined;
  /** What stands there, of a word. */
  readonly text?: string | null | undefined;
  readonly measurements?: Measurements | null | undefined;
  /** Of the tiles that show it whole, the part that did not see it, 0 to 1; null where fewer than two do. */
  readonly disagreement?: number | null | undefined;
  /** What it rests on, where that was asked for. */
  readonly evidence?: EvidenceLink | undefined;
};

/** The runs and tiles that the findings of a file rest on, known once all of these were written; each is written as JSON, whatever it holds. */
export type EvidenceRecords = { runs(): AsyncIterable<object>; tiles(): AsyncIterable<object> };

/**
 * Coordinates that a file is written in: level-0 pixels; `ground`: longitude and latitude where the format has them and the image is
 * georeferenced; `source`: the coordinate system that the image came in.
 */
export const SPACES = ["pixel", "ground", "source"] as const;
export type Space = (typeof SPACES)[number];

/** What a file of findings is about. */
export type FormatContext = {
  readonly image: {
    readonly id: string;
    readonly name: string;
    readonly pages: readonly { width: number; height: number }[];
  };
  /** Labels in the order in which formats that number classes number them; others are added as they come. */
  readonly classes: readonly string[];
  readonly space: Space;
  /** Colours of classes where they are others than every class has anyway, for formats that carry colours. */
  readonly colours?: ClassColours;
  /** Polygons are among the findings: a format that has boxes or polygons in a file, but not both, writes polygons. */
  readonly polygons: boolean;
  /** Level-0 pixels to longitude and latitude (EPSG:4326, degrees); null: the image is not georeferenced. */
  readonly toLonLat: ((x: number, y: number) => Position) | null;
  /** The way back, needed for reading alone. */
  readonly fromLonLat: ((longitude: number, latitude: number) => Position) | null;
  /** The coordinate system that the image came in. Absent or null: none that a file could name. */
  readonly own?: OwnCrs | null;
  /** To be written after the findings. Absent: not asked for. */
  readonly evidence?: EvidenceRecords;
};

/** An entry that is no finding: where it stands in the file (line or path), and why. */
export type Failure = { at: string; reason: string };

/** What reading gives, one after the other: bad entries are reported, not thrown, and do not keep the good ones out. */
export type Entry = { finding: CarriedFinding } | { failed: Failure };

/** What a finding may have that not every format has a place for. A box and a label have one in all. */
export const ASPECTS = [
  "points",
  "lines",
  "polygons",
  "holes",
  "multiPolygons",
  "scores",
  "unscored",
  "decisions",
  "texts",
  "measurements",
  "disagreements",
  "ids",
  "wordless",
] as const;
export type Aspect = (typeof ASPECTS)[number];

/** A format that can be written. Writing streams in bounded memory, whatever the number of findings. */
export type Writer = {
  readonly mediaType: string;
  /** File name extension, with its dot. */
  readonly extension: string;
  /** What this format carries of findings, beyond box and label. */
  readonly carries: ReadonlySet<Aspect>;
  /** It can say in which coordinate system it is, whichever that is. */
  readonly anyCrs?: true;
  /** It has a place for what findings rest on. */
  readonly evidence?: true;
  /** Findings come in order of page. */
  write(context: FormatContext, findings: AsyncIterable<CarriedFinding>): AsyncIterable<string | Uint8Array>;
};

/** A format that can be read, too, which streams as well. */
export type Format = Writer & {
  /** May read the source several times. Throws `bad-input`, at once or on the way, where the file as a whole is not of this format. */
  read(context: FormatContext, source: Source): AsyncIterable<Entry>;
};
