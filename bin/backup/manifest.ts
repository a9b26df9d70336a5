import { z } from "zod";

/** What a backup holds: `tables/SCHEMA.TABLE.copy` in Postgres' text COPY form, `blobs/KEY`, and this, written last. */
export const manifestSchema = z.object({
  version: z.literal(1),
  /** Migrations of the database, so that a restore makes the same tables first. */
  migrations: z.number().int(),
  tables: z.array(z.object({ schema: z.string(), name: z.string(), columns: z.array(z.string()), rows: z.number() })),
  blobs: z.array(z.object({ key: z.string(), bytes: z.number(), sha256: z.string() })),
});
export type Manifest = z.infer<typeof manifestSchema>;
export type BackedUpTable = Manifest["tables"][number];

export const MANIFEST = "manifest.json";

/** Where a table's rows are in a backup. */
export function tableFile(table: { schema: string; name: string }): string {
  return `${table.schema}.${table.name}.copy`;
}

/** A name as SQL quotes it. */
export function quoted(...names: string[]): string {
  return names.map((name) => `"${name.replaceAll('"', '""')}"`).join(".");
}

/** `schema."table" ("column", …)`, as COPY takes it. */
export function copyTarget(table: BackedUpTable): string {
  return `${quoted(table.schema, table.name)} (${table.columns.map((column) => quoted(column)).join(", ")})`;
}
