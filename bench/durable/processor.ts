import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Installation } from "./installation.ts";
import { childrenOf } from "./memory.ts";

/** What Linux counts processor time in, for programs. */
const TICKS_A_SECOND = 100;

/** Processor time that the server and its Postgres have used since they began, in seconds: other work on the machine doesn't count. */
export async function processorSeconds({ server, dataDir }: Installation): Promise<number> {
  const { pid } = JSON.parse(await readFile(join(dataDir, "postgres.json"), "utf8"));
  const own = await ticks(server.child.pid, false);
  // A connection that was closed has left its time with the process that it came from.
  const database = await ticks(pid, true);
  const connections = await Promise.all((await childrenOf(pid)).map((child) => ticks(child, false)));
  return [own, database, ...connections].reduce((sum, each) => sum + each, 0) / TICKS_A_SECOND;
}

/** `proc(5)`: fields 14 to 17 are user and system time, of the process and of children that have ended. */
async function ticks(pid: number | undefined, withEnded: boolean): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const fields = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, withEnded ? 15 : 13);
  return fields.reduce((sum, field) => sum + Number(field), 0);
}
