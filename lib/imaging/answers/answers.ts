/** What other programs say of one page: its size, and its colour at some points, `[x, y, red, green, blue]`. */
type PageAnswer = { width: number; height: number; samples: [number, number, number, number, number][] };

/** What other programs say of a file. */
export type Answer = {
  sha256: string;
  pages: PageAnswer[];
  /** True where decoders may differ by a little: what JPEG has compressed, and what is drawn. */
  isLossy: boolean;
  /** Code of the CRS, and the affine transform from pixel corners to it, where the file is georeferenced. */
  epsg?: number;
  transform?: [number, number, number, number, number, number];
  /** Places by `gdaltransform`: `[x, y, longitude, latitude]`. */
  lonLat: [number, number, number, number][];
  micronsPerPixel?: number;
};

/** Answers by the file's name. */
export type Answers = Record<string, Answer>;
