import { z } from "zod";
import { boxSchema } from "../detection/finding.ts";

const DAY_SECONDS = 86_400;

/** A part of a page, `[x, y, width, height]` in level-0 pixels. */
const sharedViewSchema = z.strictObject({ page: z.number().int().min(0), region: boxSchema });
export type SharedView = z.infer<typeof sharedViewSchema>;

/** `POST /images/:id/links`: the image, or of it one view (with `run`: with the findings of that run alone), or the report of one run. */
export const newImageLinkSchema = z.strictObject({
  /** For whom or what it is. */
  name: z.string().trim().min(1).max(200),
  expiresInSeconds: z
    .number()
    .int()
    .min(60)
    .max(365 * DAY_SECONDS)
    .default(7 * DAY_SECONDS),
  /** The findings are seen too, not the picture alone. */
  findings: z.boolean().default(false),
  view: sharedViewSchema.nullable().default(null),
  run: z.uuid().nullable().default(null),
});
export type NewImageLink = z.infer<typeof newImageLinkSchema>;

/**
 * A link that lets whoever has its address see one image by IIIF, with or without its findings, until it expires or is revoked; or nothing
 * of it but one view, or the report of one run.
 */
export const imageLinkSchema = z.object({
  id: z.uuid(),
  imageId: z.uuid(),
  name: z.string(),
  findings: z.boolean(),
  view: sharedViewSchema.nullable(),
  run: z.uuid().nullable(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  revokedAt: z.iso.datetime().nullable(),
  /** Path of the information document of the first page; null for a view or a report, and where the link is good no more. */
  path: z.string().nullable(),
  /** Path of the IIIF manifest of all pages, as Mirador takes it; null alike. */
  manifestPath: z.string().nullable(),
  /** Path of the page that shows a view or a report; null for an image, and where the link is good no more. A view shows no report of its run. */
  sharedPath: z.string().nullable(),
});
export type ImageLink = z.infer<typeof imageLinkSchema>;

/** `/images/:id/links/:linkId`. */
export const imageLinkParams = z.object({ imageId: z.uuid(), linkId: z.uuid() });

/** `/shared/:token`. */
export const sharedParams = z.object({ token: z.string().max(200) });
