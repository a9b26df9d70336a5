import { pool } from "#db/client.ts";
import { livingWorkerIds } from "#db/queries/workers.ts";
import { startServer } from "./server.ts";

/** Whether some process works on queued images and runs. */
export async function hasWorkers(): Promise<boolean> {
  return (await livingWorkerIds(pool())).length > 0;
}

/**
 * Makes sure that somebody works on queued images and runs: a server that is up, or else one without a web, in this process, for
 * this command's time. The installation is open.
 */
export async function ensureWorkers(): Promise<void> {
  if (await hasWorkers()) return;
  // The queue writes its warnings to standard output, which is the command's own; so it is told to be silent.
  process.env["WORKFLOW_JSON_MODE"] = "1";
  // Next chats by console.log. Standard output is the command's own; what goes wrong comes by console.error, and stays.
  console.log = () => undefined;
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  await startServer({ port: 0, host: "127.0.0.1", role: "workers", dev: false, say });
}
