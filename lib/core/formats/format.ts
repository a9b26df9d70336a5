import type { Finding } from "../detection/finding.ts";
import type { Position } from "../geometry/shape.ts";

/** What formats carry of a finding; each carries what it can. Boxes and shapes are level-0 pixels of `page`. */
export type CarriedFinding = Pick<Finding, "page" | "box" | "geometry" | "label" | "score" | "review"> & {
  /** Absent where the format or the file has none. */
  readonly id?: string | undefined;
};

/** What a file of findings is about. */
export type FormatContext = {
  readonly image: { readonly name: string; readonly pages: readonly { width: number; height: number }[] };
  /** Labels in the order in which formats that number classes number them; others are added as they come. */
  readonly classes: readonly string[];
  /** `ground`: coordinates on the earth where the format has them and the image is georeferenced. */
  readonly space: "pixel" | "ground";
  /** Level-0 pixels to longitude and latitude (EPSG:4326, degrees); null: the image is not georeferenced. */
  readonly toLonLat: ((x: number, y: number) => Position) | null;
  /** The way back, needed for reading alone. */
  readonly fromLonLat: ((longitude: number, latitude: number) => Position) | null;
};

/** What came out of a file: bad entries are reported, not thrown, and do not keep the good ones out. */
export type Parsed = { parsed: CarriedFinding[]; failed: { at: string; reason: string }[] };

/** One format: writing streams in bounded memory, whatever the number of findings. */
export type Format = {
  readonly mediaType: string;
  /** File name extension, with its dot. */
  readonly extension: string;
  write(context: FormatContext, findings: AsyncIterable<CarriedFinding>): AsyncIterable<string>;
  /** Throws `bad-input` where the file as a whole is not of this format. */
  read(context: FormatContext, text: string): Parsed;
};
