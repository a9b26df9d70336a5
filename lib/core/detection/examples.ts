import { z } from "zod";

/** A marked place: page and box in its level-0 pixels. */
const markSchema = z.tuple([
  z.number().int().nonnegative(),
  z.number(),
  z.number(),
  z.number().positive(),
  z.number().positive(),
]);

/** What people marked of one label on an image: what it is, and what it is not. */
export const examplesSchema = z.object({
  label: z.string(),
  positives: z.array(markSchema),
  negatives: z.array(markSchema),
});
export type Examples = z.infer<typeof examplesSchema>;

/** With fewer positive examples nothing is learnt that would be of use. */
export const FEWEST_EXAMPLES = 3;
/** So many make a good start. */
export const GOOD_EXAMPLES = 10;
/** Of each kind the latest so many are learnt from. */
export const MOST_EXAMPLES = 60;

/** How many examples of a label are marked on an image. */
export const exampleCountSchema = z.object({
  label: z.string(),
  positives: z.number().int(),
  negatives: z.number().int(),
});
export type ExampleCount = z.infer<typeof exampleCountSchema>;
