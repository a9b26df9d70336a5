import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Account } from "./account.ts";
import type { PostgresPrograms } from "./binaries.ts";

const PASSWORD_FILE = "tessera.password";

/**
 * Makes the cluster in `folder` unless it is there: beside its place, then moved, so that a crash in between leaves none that is
 * half made. Its password is random and lies in the cluster, so that the two are never apart.
 */
export async function ensureCluster(folder: string, programs: PostgresPrograms, account: Account): Promise<void> {
  if (await stat(join(folder, "PG_VERSION")).catch(() => null)) return;
  const making = `${folder}.new`;
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { mode: 0o700 });
  const passwordFile = `${folder}.password`;
  const password = randomBytes(24).toString("hex");
  await writeFile(passwordFile, password, { mode: 0o600 });
  for (const path of account ? [making, passwordFile] : []) await chown(path, account?.uid ?? 0, account?.gid ?? 0);
  try {
    // Postgres' own locale, the same on every machine: text is sorted by code point, and upper and lower case are Unicode's.
    const locale = ["-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
    const options = ["-D", making, "-U", "postgres", "--auth=scram-sha-256", `--pwfile=${passwordFile}`, ...locale];
    await promisify(execFile)(programs.initdb, [...options, "--no-instructions"], {
      ...account,
      env: { NODE_ENV: "production", LC_ALL: "C" },
      cwd: "/",
    });
  } finally {
    await rm(passwordFile, { force: true });
  }
  await writeFile(join(making, PASSWORD_FILE), password, { mode: 0o600 });
  if (account) await chown(join(making, PASSWORD_FILE), account.uid, account.gid);
  await rm(folder, { recursive: true, force: true });
  await rename(making, folder);
}

/** The password of the cluster's owner. */
export async function clusterPassword(folder: string): Promise<string> {
  return (await readFile(join(folder, PASSWORD_FILE), "utf8")).trim();
}
