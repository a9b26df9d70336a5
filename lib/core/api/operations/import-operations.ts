import { importQuery, importReportSchema, importSchema, importUndoSchema } from "../imports.ts";
import { pageOf } from "../params.ts";
import type { Operation } from "./operation.ts";

/** Findings that come in from files. */
export const IMPORT_OPERATIONS: readonly Operation[] = [
  {
    method: "post",
    path: "/images/{imageId}/import",
    role: "reviewer",
    summary:
      "Brings the findings of a file in, whose format is told by its content; with dryRun says what would come in",
    query: importQuery,
    body: ["application/octet-stream"],
    status: 201,
    answer: importReportSchema,
  },
  {
    method: "get",
    path: "/images/{imageId}/imports",
    role: "viewer",
    summary: "The image's imports, newest first",
    status: 200,
    answer: pageOf(importSchema),
  },
  {
    method: "post",
    path: "/imports/{importId}/undo",
    role: "reviewer",
    summary: "Takes an import back, but for findings that somebody has changed or talked about since",
    status: 200,
    answer: importUndoSchema,
  },
];
