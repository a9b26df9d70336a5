import { z } from "zod";

/** An error as the API answers it: RFC 9457 problem details, with a stable `code` and what to do next. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string(),
  remedy: z.string().optional(),
  /** Where the request itself is at fault: which field, and why. */
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof problemSchema>;

/** Field by field, in plain words, what a schema has against a value. `root` names the whole, e.g. `body`. */
export function explainIssues(error: z.ZodError, root: string): { field: string; message: string }[] {
  return error.issues.map((issue) => ({
    field: [root, ...issue.path.map(String)].join("."),
    message: issue.message.charAt(0).toLowerCase() + issue.message.slice(1),
  }));
}
