import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { chmod, link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { environment } from "#lib/config/env.ts";
import { messageOf, TesseraError } from "#lib/core/errors.ts";
import { uuidv7 } from "#lib/uuid.ts";

/** Only who runs the installation may read it. */
const MODE = 0o600;

export const signingKeyPath = (): string => join(environment().dataDir, "report-key.pem");

/** The key of this installation, Ed25519, made at first use; it never leaves the data folder. Throws `configuration`. */
export async function signingKey(): Promise<KeyObject> {
  const path = signingKeyPath();
  try {
    const key = createPrivateKey(await readOrMake(path));
    await chmod(path, MODE);
    return key;
  } catch (cause) {
    throw new TesseraError("configuration", `${path}, which signs reports, cannot be used: ${messageOf(cause)}`, {
      remedy: "mend its permissions, or move it away: another is made, which does not know the reports of this one",
      cause,
    });
  }
}

async function readOrMake(path: string): Promise<string> {
  const there = await readIfThere(path);
  if (there !== null) return there;
  const { privateKey } = generateKeyPairSync("ed25519");
  const made = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const partial = `${path}.${uuidv7()}`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(partial, made, { mode: MODE });
  try {
    // Whole or not at all, and never in the place of one that another process has made meanwhile.
    await link(partial, path);
    return made;
  } catch (error) {
    const other = await readIfThere(path);
    if (other === null) throw error;
    return other;
  } finally {
    await rm(partial, { force: true });
  }
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
