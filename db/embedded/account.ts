import { randomBytes } from "node:crypto";
import { chmod, chown, cp, mkdir, readdir, readFile, readlink, rename, rm, stat, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type PostgresPrograms, programsIn } from "./binaries.ts";

/** The account that Postgres runs under: it refuses to run as root. Null is this process' own. */
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

/** True where everyone may pass through `path` and all folders above it. */
async function isReachable(path: string): Promise<boolean> {
  for (let folder = path; ; folder = dirname(folder)) {
    const info = await stat(folder).catch(() => null);
    if (info && (info.mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** Where root keeps what another account must reach, when the checkout lies in a closed home folder. */
const SHARED_ROOT = "/var/lib/tessera";

async function makeOpenFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  // A strict umask has cut the mode that was asked for.
  await chmod(path, 0o755);
}

/**
 * The folder for a data folder's cluster, owned by the account. Under root with a closed data folder (a home of mode 700) it
 * lies in `/var/lib/tessera` and the data folder holds a link to it.
 */
export async function prepareClusterFolder(dataDir: string, account: Account): Promise<string> {
  const wanted = join(dataDir, "postgres");
  if (!account || (await isReachable(dataDir))) {
    await mkdir(wanted, { recursive: true, mode: 0o700 });
    if (account) await chown(wanted, account.uid, account.gid);
    return wanted;
  }
  const linked = await readlink(wanted).catch(() => null);
  // A new data folder gets a new place: where the old one was thrown away, its database does not come back.
  const shared = linked ?? join(SHARED_ROOT, randomBytes(8).toString("hex"));
  await makeOpenFolder(SHARED_ROOT);
  await mkdir(shared, { recursive: true, mode: 0o700 });
  await chown(shared, account.uid, account.gid);
  if (linked === null) await symlink(shared, wanted);
  return shared;
}

/** Lets everyone read what is in a folder, and execute what its owner may. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o100 ? 0o755 : 0o644);
  }
}

/** The programs where the account can execute them: copied beside the shared clusters if the checkout is closed to it. */
export async function reachablePrograms(programs: PostgresPrograms, account: Account): Promise<PostgresPrograms> {
  if (!account || (await isReachable(programs.postgres))) return programs;
  const folder = join(SHARED_ROOT, `postgres-${programs.version}`);
  if (!(await stat(folder).catch(() => null))) {
    await makeOpenFolder(SHARED_ROOT);
    const making = `${folder}.${randomBytes(4).toString("hex")}`;
    await cp(programs.folder, making, { recursive: true, verbatimSymlinks: true });
    await openToAll(making);
    // Another process may have been faster; what it put there is the same.
    await rename(making, folder).catch(() => rm(making, { recursive: true, force: true }));
  }
  return programsIn(folder, programs.version);
}
