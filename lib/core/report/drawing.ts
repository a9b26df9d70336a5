import type { Rgb } from "../detection/class-colour.ts";
import type { Position } from "../geometry/shape.ts";

/** Black on white and two greys, as print has them. */
export const INK: Rgb = [28, 32, 38];
export const QUIET: Rgb = [96, 104, 114];
export const RULE: Rgb = [214, 218, 223];

/** A part of a drawing; lengths in the drawing's own units, x to the right, y down. */
export type Mark =
  | {
      readonly kind: "rectangle";
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly fill?: Rgb;
      readonly stroke?: Rgb;
      readonly strokeWidth?: number;
      /** 0…1, of fill and stroke. */
      readonly opacity?: number;
    }
  | {
      readonly kind: "line";
      readonly points: readonly Position[];
      readonly closed?: boolean;
      readonly stroke: Rgb;
      readonly strokeWidth: number;
    }
  | {
      readonly kind: "text";
      /** Where its base line begins, is centred or ends. */
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly size: number;
      readonly anchor: "start" | "middle" | "end";
      readonly colour: Rgb;
    };

/** Vector graphics that a page shows as SVG and a PDF as paths. `description` says in words what is seen. */
export type Drawing = {
  readonly width: number;
  readonly height: number;
  readonly description: string;
  readonly marks: readonly Mark[];
};
