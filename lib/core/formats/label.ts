import { z } from "zod";

/** A class name as files give it: what the database can't hold (NUL) is refused. */
export const labelSchema = z
  .string()
  .min(1, "the class has no name")
  .max(200, "the name of the class is longer than 200 characters")
  .refine((text) => !text.includes("\0"), "the name of the class has a NUL character");
