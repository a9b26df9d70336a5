import { z } from "zod";
import { boxSchema } from "../detection/finding.ts";

/** `GET /api/v1/runs/:id/text`: one page, counted from 0. */
export const runTextQuery = z.object({ page: z.coerce.number().int().nonnegative().default(0) });

const wordSchema = z.object({ id: z.uuid(), text: z.string(), box: boxSchema, score: z.number().nullable() });
const lineSchema = z.object({ text: z.string(), box: boxSchema, words: z.array(wordSchema) });

/** The text of a page in the order of reading. `angle`: in which most lines run, degrees clockwise. Boxes in level-0 pixels. */
export const runTextSchema = z.object({
  page: z.number().int(),
  text: z.string(),
  angle: z.number(),
  paragraphs: z.array(z.object({ box: boxSchema, lines: z.array(lineSchema) })),
});
export type RunText = z.infer<typeof runTextSchema>;

/** `GET /api/v1/runs/:id/text/search`: `cursor` is the page and the number of hits seen on it, as `nextCursor` gave them. */
export const textSearchQuery = z.object({
  q: z.string().trim().min(1).max(200),
  page: z.coerce.number().int().nonnegative().optional(),
  cursor: z
    .string()
    .regex(/^\d{1,6}-\d{1,7}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type TextSearch = z.infer<typeof textSearchQuery>;

/** A place where the text stands: the findings that are its words, the box around them, and what stands before and after. */
export const textHitSchema = z.object({
  page: z.number().int(),
  box: boxSchema,
  findings: z.array(z.uuid()),
  before: z.string(),
  match: z.string(),
  after: z.string(),
});
export type RunTextHit = z.infer<typeof textHitSchema>;
