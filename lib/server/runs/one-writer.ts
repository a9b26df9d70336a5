import { Client } from "pg";
import { databaseUrl } from "#db/client.ts";
import { lockScene } from "#db/queries/runs.ts";

/**
 * Does `work` while no other process does it for the same run: who comes second waits until the first is done or has died. The queue
 * may hand a step to two processes, and what a hosted model writes is paid for each time. The lock has a connection of its own, as
 * many at once as scenes are being written by hosted models; it ends with the connection.
 */
export async function asOnlyWriter<T>(runId: string, work: () => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: databaseUrl(), keepAlive: true });
  client.on("error", () => undefined);
  await client.connect();
  try {
    await lockScene(client, runId);
    return await work();
  } finally {
    await client.end().catch(() => undefined);
  }
}
