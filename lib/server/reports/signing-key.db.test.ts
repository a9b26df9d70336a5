import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { freshDatabase } from "#db/test-database.ts";
import { formerKeyPath, isOurKey, isSignedText, publicKeyOf, signingKey, signText } from "./signing-key.ts";

freshDatabase();

const hosts: string[] = [];
beforeEach(() => pool().query("TRUNCATE report_keys"));
afterEach(async () => {
  for (const folder of hosts.splice(0)) await rm(folder, { recursive: true });
});

/** The data folder of a new host, with the key of an earlier release where one is given. */
async function newHost(formerKey?: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tessera-host-"));
  hosts.push(folder);
  if (formerKey !== undefined) await writeFile(formerKeyPath(folder), formerKey);
  return folder;
}

const makePem = (): string =>
  generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();

const publicOf = (pem: string): string => publicKeyOf(createPrivateKey(pem));

describe("the key of an installation", () => {
  it("is one for all hosts on its database, also where they ask for the first time at once", async () => {
    const [one, other] = [await newHost(), await newHost()];
    const asked = Array.from({ length: 8 }, (_, index) => signingKey(index % 2 === 0 ? one : other));
    const keys = (await Promise.all(asked)).map(publicKeyOf);
    expect(new Set(keys).size).toBe(1);
    const [ours = ""] = keys;
    expect(isSignedText("report", signText("report", await signingKey(other)), ours)).toBe(true);
    expect(await isOurKey(ours, one)).toBe(true);
    expect(await isOurKey(publicOf(makePem()), one)).toBe(false);
    const { rows } = await pool().query("SELECT count(*)::int AS count FROM report_keys");
    expect(rows).toEqual([{ count: 1 }]);
    // Nothing secret lies in the folders.
    for (const folder of hosts) expect(await readdir(folder)).toEqual([]);
  });

  it("is taken over from the data folder of an earlier release, and what other hosts signed stays known", async () => {
    const [pem, otherPem] = [makePem(), makePem()];
    const [one, other, third] = [await newHost(pem), await newHost(otherPem), await newHost()];
    expect(publicKeyOf(await signingKey(one))).toBe(publicOf(pem));
    expect(await isOurKey(publicOf(otherPem), third)).toBe(false);
    expect(await isOurKey(publicOf(otherPem), other)).toBe(true);
    for (const folder of hosts) {
      expect(publicKeyOf(await signingKey(folder))).toBe(publicOf(pem));
      expect([await isOurKey(publicOf(pem), folder), await isOurKey(publicOf(otherPem), folder)]).toEqual([true, true]);
      expect(await readdir(folder)).toEqual([]);
    }
  });

  it("is not replaced where a former one is damaged: it says what to do", async () => {
    const host = await newHost("-----BEGIN PRIVATE KEY-----\nnone\n-----END PRIVATE KEY-----\n");
    await expect(signingKey(host)).rejects.toMatchObject({
      code: "configuration",
      remedy: expect.stringContaining("move it away"),
    });
    const { rows } = await pool().query("SELECT 1 FROM report_keys");
    expect(rows).toEqual([]);
    expect(await readdir(host)).toEqual(["report-key.pem"]);
  });
});
