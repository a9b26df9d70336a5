import { z } from "zod";
import { appearanceSchema } from "./appearance.ts";

/** Box of an example, in pixels of a picture. */
export type ExampleBox = readonly [x: number, y: number, width: number, height: number];

/** What windows are judged by. */
const judgementSchema = z.object({
  /** Sides of the windows in pixels: the square roots of the areas of the objects that are looked for. */
  sides: z.array(z.number().positive()).min(1),
  /** Natural logarithm of the sides of the examples: its mean, and how much it varies. */
  size: z.object({ mean: z.number(), deviation: z.number().positive() }),
  /** Root of width over height of what is found. */
  aspect: z.number().positive(),
  appearance: appearanceSchema,
  /** Of a window's features, the constant last: gives 1 where an object fills it as the examples do, 0 where there is none. */
  weights: z.array(z.number()),
  /** Of the same: where the object lies by a window that it nearly fills: across and down in its sides, logarithms of its size and aspect. */
  moves: z.array(z.array(z.number())).length(4),
});
export type Judgement = z.infer<typeof judgementSchema>;

/** What was learnt from examples: all that finding more like them needs. Goes through JSON. */
export const exemplarSettingsSchema = judgementSchema.extend({
  label: z.string(),
  /** Pictures are read at so much of their size, 0…1: large objects need no fine pixels. */
  scale: z.number().positive().max(1),
  /** What is worth so much is taken for one with a score of one half. */
  threshold: z.number(),
});
export type ExemplarSettings = z.infer<typeof exemplarSettingsSchema>;
