import { createHmac, timingSafeEqual } from "node:crypto";

const PREFIX = "tsi_";
const ID_BYTES = 16;
const EXPIRY_BYTES = 6;
const SIGNATURE_BYTES = 32;
const TOKEN = /^tsi_([\w-]{72})$/;

export type PathToken = { linkId: string; expiresAt: Date; signature: Buffer };

/**
 * The part of an address that lets its bearer in: link and time of expiry (whole seconds), signed by HMAC-SHA-256 with the link's own
 * secret. URL-safe, so that no client has to encode it.
 */
export function writePathToken(link: { id: string; expiresAt: Date; secret: string }): string {
  const claim = claimOf(link.id, link.expiresAt);
  return PREFIX + Buffer.concat([claim, sign(claim, link.secret)]).toString("base64url");
}

/** The parts of a token, not yet proven; null for a text that is none. */
export function readPathToken(text: string): PathToken | null {
  const bytes = Buffer.from(TOKEN.exec(text)?.[1] ?? "", "base64url");
  if (bytes.length !== ID_BYTES + EXPIRY_BYTES + SIGNATURE_BYTES) return null;
  const hex = bytes.toString("hex", 0, ID_BYTES);
  const linkId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  const expiresAt = new Date(bytes.readUIntBE(ID_BYTES, EXPIRY_BYTES) * 1000);
  return { linkId, expiresAt, signature: bytes.subarray(ID_BYTES + EXPIRY_BYTES) };
}

/** True where the link's own secret has signed the token. */
export function isSignedBy(token: PathToken, secret: string): boolean {
  return timingSafeEqual(token.signature, sign(claimOf(token.linkId, token.expiresAt), secret));
}

function claimOf(id: string, expiresAt: Date): Buffer {
  const expiry = Buffer.alloc(EXPIRY_BYTES);
  expiry.writeUIntBE(Math.floor(expiresAt.getTime() / 1000), 0, EXPIRY_BYTES);
  return Buffer.concat([Buffer.from(id.replaceAll("-", ""), "hex"), expiry]);
}

function sign(claim: Buffer, secret: string): Buffer {
  return createHmac("sha256", Buffer.from(secret, "hex")).update(claim).digest();
}
