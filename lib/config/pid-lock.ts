import { randomBytes } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { z } from "zod";

const BETWEEN_TRIES_MS = 10;

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

/** Who holds the lock: "nobody" where there is none, "unknown" where a full disk left it empty, as the dead do. */
async function readHolder(path: string): Promise<Holder | "nobody" | "unknown"> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    return hasCode(error, "ENOENT") ? "nobody" : "unknown";
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
 * Gives `path`, a lock of a dead holder, the content of `prepared`. Only who holds the lock beside it may do so, and looks again once
 * it does: a living one's is never moved, not even for a moment. That lock is one like any other, and can be left behind like any other.
 *
 * @returns whether `path` was replaced
 */
async function replaceStale(prepared: string, path: string): Promise<boolean> {
  const right = await takePidLock(`${path}.takeover`);
  if ("heldBy" in right) return false;
  try {
    const holder = await readHolder(path);
    if (holder === "nobody" || (typeof holder === "object" && (await isAlive(holder)))) return false;
    await rename(prepared, path);
    return true;
  } finally {
    await right.release();
  }
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
      const taken = { release: () => rm(path, { force: true }) };
      if (await linkUnlessThere(own, path)) return taken;
      const holder = await readHolder(path);
      if (typeof holder === "object" && (await isAlive(holder))) return { heldBy: holder };
      if (await replaceStale(own, path)) return taken;
      await setTimeout(BETWEEN_TRIES_MS);
    }
  } finally {
    await rm(own, { force: true });
  }
}
