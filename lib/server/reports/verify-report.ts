import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { inSnapshot } from "#db/client.ts";
import { findImage } from "#db/queries/images.ts";
import { fingerprintOfFindings } from "#db/queries/report-fingerprint.ts";
import { findRun } from "#db/queries/runs.ts";
import { canonicalJson } from "#lib/core/canonical-json.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { readManifest, type SignedManifest } from "#lib/core/report/manifest.ts";
import { fingerprintOfConfiguration, PDF_SEAL } from "./sign-report.ts";
import { isOurKey, isSignedText } from "./signing-key.ts";

/** A manifest is shorter than this many bytes. */
const MOST_MANIFEST = 2048;
const PIECE = 1024 * 1024;

/** What became of what a report stands on since it was made. */
type Since = "same" | "changed" | "gone";

export type Verification = {
  run: string;
  asOf: string;
  /** The file is as it was signed. */
  intact: boolean;
  /** This installation signed it. */
  ours: boolean;
  image: Since;
  configuration: Since;
  findings: Since;
};

/** True where nothing speaks against a report. */
export function isGood({ intact, ours, image, configuration, findings }: Verification): boolean {
  return intact && ours && [image, configuration, findings].every((each) => each === "same");
}

/**
 * Says whether a report, a PDF or its manifest alone, is as this installation signed it, and whether image, configuration and findings still
 * are what it tells of. Throws `bad-input` for a file that is no signed report at all.
 */
export async function verifyReport(path: string): Promise<Verification> {
  const { manifest, ...file } = await verifyFile(path);
  return { run: manifest.run, asOf: manifest.asOf, ...file, ...(await compareWithNow(manifest)) };
}

/** The first half of it: whether the file is as it was signed, and by whom. Throws as `verifyReport` does. */
export async function verifyFile(path: string): Promise<{ manifest: SignedManifest; intact: boolean; ours: boolean }> {
  const { manifest, isWhole } = await readSigned(path);
  const { signature, ...claims } = manifest;
  const isSigned = isSignedText(canonicalJson(claims), signature, claims.publicKey);
  const ours = isSigned && (await isOurKey(claims.publicKey));
  return { manifest, intact: isWhole && isSigned, ours };
}

async function readSigned(path: string): Promise<{ manifest: SignedManifest; isWhole: boolean }> {
  const file = await open(path).catch((cause: unknown) => {
    throw new TesseraError("bad-input", `${path} cannot be read`, { cause });
  });
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - MOST_MANIFEST);
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(size - start), position: start });
    const tail = buffer.toString("latin1", 0, bytesRead);
    const seal = tail.lastIndexOf(PDF_SEAL);
    // A manifest alone begins the file.
    const text = seal >= 0 ? tail.slice(seal + PDF_SEAL.length) : start === 0 ? tail : "";
    const manifest = readManifest(text);
    if (!manifest) {
      throw new TesseraError("bad-input", `${path} ends with no signature of a report`, {
        remedy: "it is no report of Tessera, or its end was changed or cut off",
      });
    }
    if (seal < 0) return { manifest, isWhole: manifest.pdf === null };
    const length = start + seal;
    if (manifest.pdf?.bytes !== length) return { manifest, isWhole: false };
    const hash = createHash("sha256");
    if (length > 0) {
      for await (const piece of file.createReadStream({
        start: 0,
        end: length - 1,
        autoClose: false,
        highWaterMark: PIECE,
      })) {
        hash.update(piece);
      }
    }
    return { manifest, isWhole: hash.digest("hex") === manifest.pdf.sha256 };
  } finally {
    await file.close();
  }
}

function compareWithNow(told: SignedManifest): Promise<Pick<Verification, "image" | "configuration" | "findings">> {
  return inSnapshot(async (client) => {
    const run = await findRun(client, told.run);
    const image = await findImage(client, told.image.id);
    const imageNow: Since = image ? since(image.sha256 === told.image.sha256) : "gone";
    if (run?.imageId !== told.image.id) return { image: imageNow, configuration: "gone", findings: "gone" };
    const found = await fingerprintOfFindings(client, run.id);
    return {
      image: imageNow,
      configuration: since(fingerprintOfConfiguration(run.configuration) === told.configuration),
      findings: since(found.sha256 === told.findings.sha256 && found.count === told.findings.count),
    };
  });
}

const since = (isSame: boolean): Since => (isSame ? "same" : "changed");
