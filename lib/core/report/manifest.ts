import { z } from "zod";
import { canonicalJson } from "../canonical-json.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * What a report was made of, as hashes, signed by the key of the installation. `pdf` is of the bytes of a PDF up to this manifest, which
 * stands in its last line.
 */
const manifestSchema = z.strictObject({
  kind: z.literal("tessera-report"),
  version: z.literal(1),
  asOf: z.iso.datetime(),
  run: z.uuid(),
  image: z.strictObject({ id: z.uuid(), sha256: sha256.nullable() }),
  /** Of the frozen configuration as canonical JSON. */
  configuration: sha256,
  /** Of all findings of the run, also rejected ones, in order of their ids. */
  findings: z.strictObject({ count: z.number().int(), sha256 }),
  pdf: z.strictObject({ bytes: z.number().int(), sha256 }).nullable(),
  /** Ed25519, raw, in base64url. */
  publicKey: z.string().regex(/^[\w-]{43}$/),
});
export type ReportManifest = z.infer<typeof manifestSchema>;

/** A manifest with its Ed25519 signature over the canonical JSON of all the rest, in base64url. */
export const signedManifestSchema = manifestSchema.extend({ signature: z.string().regex(/^[\w-]{86}$/) });
export type SignedManifest = z.infer<typeof signedManifestSchema>;

/** The only text that a signed manifest has as a file. */
export const writeManifest = (manifest: SignedManifest): string => `${canonicalJson(manifest)}\n`;

/** The manifest that a text is, written as it must be; null for any other text, also one that differs in a blank. */
export function readManifest(text: string): SignedManifest | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = signedManifestSchema.safeParse(value);
  return parsed.success && writeManifest(parsed.data) === text ? parsed.data : null;
}
