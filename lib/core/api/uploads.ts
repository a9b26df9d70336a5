import { z } from "zod";

/**
 * `receiving`: bytes are still missing; `checking`: all have come, and are hashed and looked at; `stored`: they are an image now;
 * `refused`: they cannot be one, and are gone.
 */
const UPLOAD_STATES = ["receiving", "checking", "stored", "refused"] as const;
export type UploadState = (typeof UPLOAD_STATES)[number];

const refusalSchema = z.object({ code: z.string(), message: z.string(), remedy: z.string().nullable() });
export type UploadRefusal = z.infer<typeof refusalSchema>;

/** A resumable upload as the API shows it to who began it. */
export const uploadSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  collection: z.string().nullable(),
  bytes: z.number().int(),
  /** Bytes that have come. */
  offset: z.number().int(),
  /** Of the whole file, in hexadecimal: as stated, or as counted once all has come. */
  sha256: z.string().nullable(),
  /** When the sender's file was changed last, where it said so: milliseconds since 1970. */
  lastModified: z.number().nullable(),
  state: z.enum(UPLOAD_STATES),
  refusal: refusalSchema.nullable(),
  imageId: z.uuid().nullable(),
  createdAt: z.iso.datetime(),
  /** When it is removed if nothing more comes. */
  expiresAt: z.iso.datetime(),
});
export type Upload = z.infer<typeof uploadSchema>;

/** `/uploads/:id`. */
export const uploadParams = z.object({ uploadId: z.uuid() });

/** SHA-256 in hexadecimal. */
const sha256Schema = z
  .string()
  .regex(/^[0-9a-f]{64}$/i, "is not a SHA-256 in hexadecimal")
  .transform((text) => text.toLowerCase());

/** `Upload-Metadata` of a new upload, decoded. What is not named here is kept and given back, and means nothing. */
export const uploadMetadataSchema = z.object({
  filename: z.string().max(1000).optional(),
  name: z.string().max(1000).optional(),
  collection: z.string().trim().min(1).max(200).optional(),
  sha256: sha256Schema.optional(),
  lastModified: z.coerce.number().int().min(0).optional(),
});
