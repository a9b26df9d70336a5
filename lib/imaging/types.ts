import { z } from "zod";
import { imageScaleSchema } from "#lib/core/detection/image.ts";

const pageSizeSchema = z.object({ width: z.number().int().positive(), height: z.number().int().positive() });

/** What a probe says of a file, by content and never by name. Sizes in level-0 pixels, EXIF orientation already applied. */
export const imageProbeSchema = z.object({
  format: z.enum([
    "jpeg",
    "png",
    "webp",
    "gif",
    "avif",
    "bmp",
    "jpeg2000",
    "pdf",
    "tiff",
    "svs",
    "ome-tiff",
    "geotiff",
  ]),
  pages: z.array(pageSizeSchema).min(1),
  scale: imageScaleSchema.nullable(),
  /** Objective power of a slide, e.g. 20. */
  magnification: z.number().nullable(),
  /** Names of metadata fields and associated pictures that are dropped because they may identify a person. */
  dropped: z.array(z.string()),
});
export type ImageProbe = z.infer<typeof imageProbeSchema>;

/** Raw interleaved 8-bit RGB, row by row, no padding. */
export type RgbPixels = { data: Uint8Array; width: number; height: number };

/** A rectangle in level-0 pixels of a page. */
export type PixelRectangle = { x: number; y: number; width: number; height: number };

/** Reads pixels of one page of an image. Safe to use from several callers at once. */
export interface RegionReader {
  readonly width: number;
  readonly height: number;
  readonly levels: number;
  /**
   * The region, scaled to `outputWidth`×`outputHeight` pixels (default: its own size), from the nearest pyramid level that is
   * at least as fine. Exact to the pixel at level 0. Throws `bad-input` where the region leaves the page.
   */
  read(region: PixelRectangle, output?: { width: number; height: number }, signal?: AbortSignal): Promise<RgbPixels>;
}

/**
 * One encoded deep-zoom tile, as it is stored: level 0 is full resolution, each next half (rounded up), 512 px tiles. All but the
 * bytes themselves is known without reading; `etag` is strong.
 */
export type StoredTile = {
  mediaType: "image/jpeg" | "image/webp";
  etag: string;
  byteLength: number;
  read(): Promise<Buffer>;
};
