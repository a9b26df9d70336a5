import { z } from "zod";

const DAY_SECONDS = 86_400;

/** `POST /images/:id/links`. */
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
});

/** A link that lets whoever has its address see one image by IIIF, with or without its findings, until it expires or is revoked. */
export const imageLinkSchema = z.object({
  id: z.uuid(),
  imageId: z.uuid(),
  name: z.string(),
  findings: z.boolean(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  revokedAt: z.iso.datetime().nullable(),
  /** Path of the information document of the first page; null where the link is good no more. */
  path: z.string().nullable(),
  /** Path of the IIIF manifest of all pages, as Mirador takes it; null where the link is good no more. */
  manifestPath: z.string().nullable(),
});
export type ImageLink = z.infer<typeof imageLinkSchema>;

/** `/images/:id/links/:linkId`. */
export const imageLinkParams = z.object({ imageId: z.uuid(), linkId: z.uuid() });
