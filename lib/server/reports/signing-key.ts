import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { pool } from "#db/client.ts";
import {
  hasReportKey,
  keepReportKey,
  offerReportKey,
  type ReportKey,
  signingReportKey,
} from "#db/queries/report-keys.ts";
import { environment } from "#lib/config/env.ts";
import { messageOf, TesseraError } from "#lib/core/errors.ts";

/** Where earlier releases kept a key of each data folder's own. */
export const formerKeyPath = (dataDir: string): string => join(dataDir, "report-key.pem");

/**
 * The key that signs the reports of this installation, Ed25519, made at first use: every host on one database has the same. It never leaves
 * the server. Throws `configuration` where a former key of this host cannot be read.
 */
export async function signingKey(dataDir: string = environment().dataDir): Promise<KeyObject> {
  await adoptFormerKey(formerKeyPath(dataDir));
  const there = await signingReportKey(pool());
  if (there !== null) return createPrivateKey(there);
  await offerReportKey(pool(), reportKeyOf(generateKeyPairSync("ed25519").privateKey));
  const taken = await signingReportKey(pool());
  if (taken === null) throw new Error("the report_keys table gave no row");
  return createPrivateKey(taken);
}

/** Whether a raw public key in base64url is one that this installation signs with, or a host of it once did. */
export async function isOurKey(publicKey: string, dataDir: string = environment().dataDir): Promise<boolean> {
  await adoptFormerKey(formerKeyPath(dataDir));
  return hasReportKey(pool(), publicKey);
}

/**
 * Takes the key of a data folder into the database, as the one that signs where it is the first, and takes the file away: what that host
 * has signed is known to all from then on.
 */
async function adoptFormerKey(path: string): Promise<void> {
  try {
    const pem = await readIfThere(path);
    if (pem === null) return;
    const key = reportKeyOf(createPrivateKey(pem));
    if (!(await offerReportKey(pool(), key))) await keepReportKey(pool(), key);
    await rm(path, { force: true });
  } catch (cause) {
    throw new TesseraError(
      "configuration",
      `${path}, which signed reports, cannot be taken over: ${messageOf(cause)}`,
      {
        remedy: "mend the file or its permissions, or move it away: the reports that it signed are not known then",
        cause,
      },
    );
  }
}

function reportKeyOf(key: KeyObject): ReportKey {
  return { publicKey: publicKeyOf(key), privateKey: key.export({ type: "pkcs8", format: "pem" }).toString() };
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

/** The raw public key in base64url. */
export function publicKeyOf(key: KeyObject): string {
  return createPublicKey(key).export({ format: "jwk" }).x ?? "";
}

export const signText = (text: string, key: KeyObject): string => {
  return sign(null, Buffer.from(text), key).toString("base64url");
};

/** True where a raw public key's owner has signed the text; a signature in another spelling of base64url is none. */
export function isSignedText(text: string, signature: string, publicKey: string): boolean {
  const bytes = Buffer.from(signature, "base64url");
  if (bytes.toString("base64url") !== signature) return false;
  try {
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: publicKey }, format: "jwk" });
    return verify(null, Buffer.from(text), key, bytes);
  } catch {
    return false;
  }
}
