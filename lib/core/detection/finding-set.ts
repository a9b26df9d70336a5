import { z } from "zod";

/**
 * Which findings of an image are held against a run, as it stands in an address: `imported`, or one import (`import:ID`); `drawn` by anybody;
 * `people`: what anybody drew or accepted, or one person alone (`person:NAME`).
 */
export const findingSetSchema = z
  .string()
  .max(300)
  .regex(
    /^(imported|drawn|people|import:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|person:.+)$/,
    "is none of imported, import:ID, drawn, people, person:NAME",
  );

/** The same, read. `import` and `person`: null is any. */
export type FindingSet =
  | { kind: "imported"; import: string | null }
  | { kind: "drawn" }
  | { kind: "vouched"; person: string | null };

/** Reads what `findingSetSchema` lets through. */
export function readFindingSet(text: string): FindingSet {
  if (text.startsWith("import:")) return { kind: "imported", import: text.slice("import:".length) };
  if (text.startsWith("person:")) return { kind: "vouched", person: text.slice("person:".length) };
  if (text === "drawn") return { kind: "drawn" };
  return text === "people" ? { kind: "vouched", person: null } : { kind: "imported", import: null };
}

/** A set that an image has, with how many findings are in it. */
export const findingSetChoiceSchema = z.object({
  id: findingSetSchema,
  name: z.string(),
  findings: z.number().int(),
});
export type FindingSetChoice = z.infer<typeof findingSetChoiceSchema>;
