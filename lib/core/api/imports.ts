import { z } from "zod";
import { boxSchema } from "../detection/finding.ts";
import { jsonText } from "./params.ts";

/** `{"from":"to"}` renames classes, `{"from":null}` leaves one out; as JSON in a query. */
const classMapSchema = jsonText.pipe(z.record(z.string(), z.string().trim().min(1).max(200).nullable()));

/** `POST /images/:id/import?…`; the body is the file. */
export const importQuery = z.strictObject({
  /** Told by the file's content where it is absent. */
  format: z.string().min(1).max(40).optional(),
  /** The file's name, for the record. */
  name: z.string().trim().min(1).max(300).default("import"),
  /** Only says what would come in. */
  dryRun: z.stringbool().default(false),
  classes: classMapSchema.default({}),
  /** What to do with what the image has already, by id or by place and class: leave it out, or add it all the same. */
  duplicates: z.enum(["skip", "add"]).default("skip"),
  /** Findings of one class that overlap at least so much (intersection over union) are one. */
  overlap: z.coerce.number().gt(0).max(1).default(0.9),
  /** Joins this file to an earlier import of the same image, to be undone together with it. */
  import: z.uuid().optional(),
});
export type ImportOptions = z.infer<typeof importQuery>;

/** One class of a file: its name there, its name here (null: left out), and how many findings have it. */
const importedClassSchema = z.object({ label: z.string(), to: z.string().nullable(), count: z.number().int() });

/** What came in, or in a dry run what would. */
export const importReportSchema = z.object({
  /** Names the import, to be undone; null where nothing was written. */
  import: z.uuid().nullable(),
  name: z.string(),
  format: z.string(),
  dryRun: z.boolean(),
  /** Entries of the file that are findings. */
  found: z.number().int(),
  added: z.number().int(),
  duplicates: z.number().int(),
  /** Findings of classes that are left out. */
  leftOut: z.number().int(),
  /** Entries that are no findings, and the first of them with line or path. */
  failed: z.number().int(),
  failures: z.array(z.object({ at: z.string(), reason: z.string() })),
  classes: z.array(importedClassSchema),
  /** Boxes for a picture of it: all where there are few, otherwise every so-manieth. */
  boxes: z.array(z.object({ page: z.number().int(), box: boxSchema, label: z.string(), isNew: z.boolean() })),
});
export type ImportReport = z.infer<typeof importReportSchema>;

/** An import that was made; it may have had several files. */
export const importSchema = z.object({
  id: z.uuid(),
  imageId: z.uuid(),
  files: z.array(z.object({ name: z.string(), format: z.string(), added: z.number().int() })),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  undoneAt: z.iso.datetime().nullable(),
});
export type Import = z.infer<typeof importSchema>;

/** How many findings went, and how many stay because somebody has worked on them since. */
export const importUndoSchema = z.object({ removed: z.number().int(), kept: z.number().int() });
export type ImportUndo = z.infer<typeof importUndoSchema>;

/** `/imports/:id`. */
export const importParams = z.object({ importId: z.uuid() });
