import { readFile, rm, writeFile } from "node:fs/promises";
import { z } from "zod";

const holderSchema = z.object({ pid: z.number().int(), startedAt: z.string() });

/** A process as a lock file names it: the id, and when it began, because ids are used again. */
export type Holder = z.infer<typeof holderSchema>;

/** When a process began, in the kernel's own ticks; null where there is no such process. Empty where the system does not tell. */
async function startOf(pid: number): Promise<string | null> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return null;
  }
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? null : (fields[19] ?? "");
  } catch {
    return "";
  }
}

/** This process, as a lock file names it. */
export async function thisProcess(): Promise<Holder> {
  return { pid: process.pid, startedAt: (await startOf(process.pid)) ?? "" };
}

/** True while that very process lives. */
export async function isAlive(holder: Holder): Promise<boolean> {
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

/**
 * Takes the lock file at `path` for this process. A lock left by a process that is gone, however it went, is taken over.
 *
 * @returns how to give it back, or who holds it
 */
export async function takePidLock(path: string): Promise<{ release: () => Promise<void> } | { heldBy: Holder }> {
  const self = await thisProcess();
  for (;;) {
    try {
      await writeFile(path, JSON.stringify(self), { flag: "wx", mode: 0o600 });
      return { release: () => rm(path, { force: true }) };
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
    const holder = await readHolder(path);
    if (holder && (await isAlive(holder))) return { heldBy: holder };
    await rm(path, { force: true });
  }
}
