import { createHash, randomBytes } from "node:crypto";

/** A new secret of 256 random bits, URL-safe, behind a prefix that says what it is for (and lets scanners find leaks). */
export function newSecret(prefix: "tsr" | "tss" | "tsl"): string {
  return `${prefix}_${randomBytes(32).toString("base64url")}`;
}

/** True where the text has the form of a secret of that kind, so that anything else need not be looked up. */
export function looksLikeSecret(prefix: "tsr" | "tss" | "tsl", text: string): boolean {
  return text.length === prefix.length + 44 && text.startsWith(`${prefix}_`) && /^[\w-]+$/.test(text);
}

/**
 * SHA-256 in hex, the only form in which a secret is kept. A secret of 256 random bits needs no slow hash; looking it up by
 * its hash also leaves nothing to measure by timing.
 */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
