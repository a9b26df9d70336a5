import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Installation } from "./installation.ts";

/** The most that the server and its Postgres had in memory, in megabytes. */
export type Memory = { server: number; postgres: number };

const EVERY_MS = 1000;

/** Watches until the result is called. */
export function watchMemory({ server, dataDir }: Installation): () => Memory {
  const most: Memory = { server: 0, postgres: 0 };
  const look = async (): Promise<void> => {
    const { pid } = JSON.parse(await readFile(join(dataDir, "postgres.json"), "utf8"));
    const processes = [pid, ...(await childrenOf(pid))];
    const shares = await Promise.all(processes.map((one) => megabytes(`/proc/${one}/smaps_rollup`, /^Pss:\s+(\d+)/m)));
    const postgres = shares.reduce((sum, share) => sum + share, 0);
    const own = await megabytes(`/proc/${server.child.pid}/status`, /VmRSS:\s+(\d+)/);
    Object.assign(most, { server: Math.max(most.server, own), postgres: Math.max(most.postgres, postgres) });
  };
  const timer = setInterval(() => void look().catch(() => undefined), EVERY_MS);
  void look().catch(() => undefined);
  return () => {
    clearInterval(timer);
    return most;
  };
}

/** Postgres' processes share much of their memory: each counts for its part of it. */
async function megabytes(file: string, line: RegExp): Promise<number> {
  const text = await readFile(file, "utf8").catch(() => "");
  return Number(line.exec(text)?.[1] ?? 0) / 1024;
}

/** Processes that a process has started and that live. */
export async function childrenOf(parent: number): Promise<number[]> {
  const all = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    all.map(async (name) => {
      const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
      return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === parent ? [Number(name)] : [];
    }),
  );
  return found.flat();
}
