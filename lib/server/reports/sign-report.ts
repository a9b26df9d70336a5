import { createHash, type KeyObject } from "node:crypto";
import type { PoolClient } from "pg";
import { fingerprintOfFindings } from "#db/queries/report-fingerprint.ts";
import { canonicalJson } from "#lib/core/canonical-json.ts";
import type { RunConfiguration } from "#lib/core/detection/run.ts";
import { type ReportManifest, type SignedManifest, writeManifest } from "#lib/core/report/manifest.ts";
import { publicKeyOf, signText } from "./signing-key.ts";

type Reported = {
  asOf: string;
  image: { id: string; sha256: string | null };
  run: { id: string; configuration: RunConfiguration };
};

/** What the last line of a signed PDF begins with, after the line before. */
export const PDF_SEAL = "\n%tessera-report ";

/** What a report stands on, in the transaction in which it was read; not signed yet. */
export async function manifestOf(
  client: PoolClient,
  { asOf, image, run }: Reported,
): Promise<Omit<ReportManifest, "publicKey">> {
  return {
    kind: "tessera-report",
    version: 1,
    asOf,
    run: run.id,
    image: { id: image.id, sha256: image.sha256 },
    configuration: fingerprintOfConfiguration(run.configuration),
    findings: await fingerprintOfFindings(client, run.id),
    pdf: null,
  };
}

/** SHA-256 of a frozen configuration as canonical JSON. */
export function fingerprintOfConfiguration(configuration: RunConfiguration): string {
  return createHash("sha256").update(canonicalJson(configuration)).digest("hex");
}

export function signManifest(unsigned: Omit<ReportManifest, "publicKey">, key: KeyObject): SignedManifest {
  const manifest: ReportManifest = { ...unsigned, publicKey: publicKeyOf(key) };
  return { ...manifest, signature: signText(canonicalJson(manifest), key) };
}

/**
 * Passes the bytes of a PDF on and ends them with a comment that seals them: the manifest with their SHA-256, signed. Readers of PDF pass
 * comments over, and find the end of the file within its last 1,024 bytes, as they want it.
 */
export async function* sealPdf(
  pieces: AsyncIterable<Buffer>,
  manifest: Omit<ReportManifest, "publicKey">,
  key: KeyObject,
): AsyncGenerator<Buffer> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const piece of pieces) {
    hash.update(piece);
    bytes += piece.byteLength;
    yield piece;
  }
  const signed = signManifest({ ...manifest, pdf: { bytes, sha256: hash.digest("hex") } }, key);
  yield Buffer.from(PDF_SEAL + writeManifest(signed));
}
