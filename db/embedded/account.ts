import { createHash } from "node:crypto";
import { chown, cp, lstat, mkdir, readFile, stat, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { PostgresPrograms } from "./binaries.ts";

/** The account that Postgres runs under: it refuses to run as root. */
export type Account = { uid: number; gid: number } | null;

/** Null: this process' own account. As root: `postgres` where the machine has it, else `nobody`. */
export async function postgresAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return null;
  const passwd = await readFile("/etc/passwd", "utf8").catch(() => "");
  for (const name of ["postgres", "nobody"]) {
    const entry = passwd.split("\n").find((line) => line.startsWith(`${name}:`));
    const [, , uid, gid] = entry?.split(":") ?? [];
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  return { uid: 65_534, gid: 65_534 };
}

/** True where everyone may pass through all folders above `path`. */
async function isReachable(path: string): Promise<boolean> {
  for (let folder = path; ; folder = dirname(folder)) {
    const info = await stat(folder).catch(() => null);
    if (info && (info.mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** Where root keeps what another account must reach, when the checkout lies in a closed home folder. */
const SHARED_ROOT = "/var/lib/tessera";

/**
 * The cluster's folder for a data folder, owned by the account. Under root with a closed data folder (a home of mode 700) it
 * lies in `/var/lib/tessera` and the data folder holds a link to it.
 */
export async function prepareClusterFolder(dataDir: string, account: Account): Promise<string> {
  const wanted = join(dataDir, "postgres");
  if (!account || (await isReachable(dataDir))) {
    await mkdir(wanted, { recursive: true, mode: 0o700 });
    if (account) await chown(wanted, account.uid, account.gid);
    return wanted;
  }
  const name = createHash("sha256").update(dataDir).digest("hex").slice(0, 16);
  const shared = join(SHARED_ROOT, name, "postgres");
  await mkdir(shared, { recursive: true, mode: 0o755 });
  await chown(shared, account.uid, account.gid);
  if (!(await lstat(wanted).catch(() => null))) await symlink(shared, wanted);
  return shared;
}

/** The programs where the account can execute them: copied beside the shared clusters if the checkout is closed to it. */
export async function reachablePrograms(programs: PostgresPrograms, account: Account): Promise<PostgresPrograms> {
  if (!account || (await isReachable(programs.folder))) return programs;
  const folder = join(SHARED_ROOT, "programs");
  await mkdir(folder, { recursive: true, mode: 0o755 });
  await cp(programs.folder, folder, { recursive: true, force: true, verbatimSymlinks: true });
  return { folder, initdb: join(folder, "bin", "initdb"), postgres: join(folder, "bin", "postgres") };
}
