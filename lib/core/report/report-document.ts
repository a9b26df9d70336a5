import type { Rgb } from "../detection/class-colour.ts";
import type { Drawing } from "./drawing.ts";

/** A rectangle of a page of the image, in level-0 pixels. */
export type PictureRegion = {
  readonly page: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

/** One cell of a table; `colour` puts the colour of a class before it. */
export type Cell = { readonly text: string; readonly colour?: Rgb };

export type Column = { readonly title: string; readonly align: "left" | "right"; readonly share: number };

/** A finding with its crop: `frame` is a drawing over the crop. */
export type CropCard = {
  readonly id: string;
  readonly region: PictureRegion;
  readonly frame: Drawing;
  readonly title: string;
  readonly colour: Rgb;
  readonly lines: readonly string[];
};

/** What a report is made of; a page and a PDF show the same blocks. */
export type Block =
  | { readonly kind: "facts"; readonly rows: readonly { readonly name: string; readonly value: string }[] }
  | { readonly kind: "paragraph"; readonly text: string; readonly tone: "plain" | "quiet" | "warn" }
  | {
      readonly kind: "table";
      readonly caption: string;
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly Cell[])[];
    }
  | { readonly kind: "chart"; readonly title: string; readonly drawing: Drawing }
  /** Part of the picture with a drawing over it, in level-0 pixels from the region's corner. */
  | {
      readonly kind: "picture";
      readonly region: PictureRegion;
      readonly marks: Drawing;
      readonly caption: string;
      readonly legend: readonly Cell[];
    }
  | { readonly kind: "crops"; readonly cards: readonly CropCard[] }
  /** Text as it stands on a page of a document, line by line. */
  | { readonly kind: "transcript"; readonly title: string; readonly lines: readonly string[] };

export type Section = { readonly id: string; readonly title: string; readonly blocks: readonly Block[] };

/** A whole report. */
export type ReportDocument = {
  readonly imageId: string;
  readonly runId: string;
  /** Whose report it is, as the installation has it. */
  readonly heading: string;
  /** Name of the image. */
  readonly title: string;
  readonly subtitle: string;
  /** What it tells is as of this instant, ISO 8601. */
  readonly asOf: string;
  readonly sections: readonly Section[];
};
