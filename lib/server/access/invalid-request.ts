import type { z } from "zod";
import { explainIssues } from "#lib/core/api/problem.ts";
import { TesseraError } from "#lib/core/errors.ts";

/** A request whose query or body does not fit its schema; names every field at fault. */
export class InvalidRequest extends TesseraError {
  readonly errors: { field: string; message: string }[];

  constructor(part: "query" | "body", error: z.ZodError) {
    const errors = explainIssues(error, part);
    super(
      part === "query" ? "bad-request" : "bad-input",
      errors.map((issue) => `${issue.field}: ${issue.message}`).join("; "),
    );
    this.name = "InvalidRequest";
    this.errors = errors;
  }
}
