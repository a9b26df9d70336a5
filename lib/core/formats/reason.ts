import { z } from "zod";
import { messageOf } from "../errors.ts";

/** The first mistake of an entry, in one line. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof z.ZodError)) return messageOf(error);
  const [issue] = error.issues;
  return `${issue?.path.join(".") || "entry"}: ${issue?.message}`;
}
