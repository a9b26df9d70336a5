import type { Drawing } from "./drawing.ts";
import type { Cell } from "./report-document.ts";

/** One view of a picture, as a link shares it: in pixels of the picture as it is shown. */
export type SharedView = {
  name: string;
  expiresAt: string;
  /** Data address of the picture. */
  picture: string | null;
  width: number;
  height: number;
  marks: Drawing;
  legend: readonly Cell[];
};
