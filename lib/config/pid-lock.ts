import { randomBytes } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { z } from "zod";

const holderSchema = z.object({ pid: z.number().int(), startedAt: z.string() });

/** A process as a lock file names it: the id, and when it began, because ids are used again. */
type Holder = z.infer<typeof holderSchema>;

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/**
 * When a process began: the boot of the machine, and the kernel's ticks since. Null where there is no such process; empty where
 * the system does not tell.
 */
async function startOf(pid: number): Promise<string | null> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!hasCode(error, "EPERM")) return null;
  }
  try {
    const boot = (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // The name of the program, in brackets, may hold blanks and brackets itself.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? null : `${boot} ${fields[18] ?? ""}`;
  } catch {
    return "";
  }
}

async function isAlive(holder: Holder): Promise<boolean> {
  const startedAt = await startOf(holder.pid);
  return startedAt !== null && startedAt === holder.startedAt;
}

async function readHolder(path: string): Promise<Holder | null> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    return null;
  }
}

/** Gives `path` the content that `prepared` holds, unless it exists: there is no moment in which a lock is there and empty. */
async function linkUnlessThere(prepared: string, path: string): Promise<boolean> {
  try {
    await link(prepared, path);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

/**
 * Moves a lock of a dead holder out of the way. Between the look and the move another may have taken it over: then the living one's
 * is put back.
 */
async function removeStale(path: string, aside: string): Promise<void> {
  try {
    await rename(path, aside);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return;
    throw error;
  }
  const moved = await readHolder(aside);
  if (moved && (await isAlive(moved))) await linkUnlessThere(aside, path);
  await rm(aside, { force: true });
}

/**
 * Takes the lock file at `path` for this process. A lock left by a process that is gone, however it went, is taken over.
 *
 * @returns how to give it back, or who holds it
 */
export async function takePidLock(path: string): Promise<{ release: () => Promise<void> } | { heldBy: Holder }> {
  const self: Holder = { pid: process.pid, startedAt: (await startOf(process.pid)) ?? "" };
  const own = `${path}.${process.pid}.${randomBytes(4).toString("hex")}`;
  await writeFile(own, JSON.stringify(self), { mode: 0o600 });
  try {
    for (;;) {
      if (await linkUnlessThere(own, path)) return { release: () => rm(path, { force: true }) };
      const holder = await readHolder(path);
      if (holder && (await isAlive(holder))) return { heldBy: holder };
      await removeStale(path, `${own}.stale`);
    }
  } finally {
    await rm(own, { force: true });
  }
}
