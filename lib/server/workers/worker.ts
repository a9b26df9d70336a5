import { hostname } from "node:os";
import { Client } from "pg";
import { databaseUrl } from "#db/client.ts";
import { livingWorkerIds, registerWorker, releaseDeadWorkers, unlockQueueJobs } from "#db/queries/workers.ts";
import { processWide } from "#lib/process-wide.ts";

const RECONNECT_DELAY_MS = 500;

type Worker = { client: Client | null; id: number | null; living: readonly number[]; closed: boolean };

function worker(): Worker {
  return processWide("worker", () => ({ client: null, id: null, living: [], closed: false }));
}

/** The id under which this process holds tiles. Throws while the process is not registered (before start, or database away). */
export function workerId(): number {
  const { id } = worker();
  if (id === null) throw new Error("this process is not registered as a worker");
  return id;
}

/**
 * This worker's share of a cap that all living workers share. The shares of all sum to the cap exactly, where all know the
 * same living ones.
 */
export function shareOfCap(cap: number): number {
  const { id, living } = worker();
  if (id === null) return 0;
  if (living.length <= 1) return cap;
  const rank = living.indexOf(id);
  if (rank < 0) return 0;
  return Math.floor(cap / living.length) + (rank < cap % living.length ? 1 : 0);
}

/**
 * Registers this process as a worker. Where it is the only one alive, jobs that a killed process left locked in the queue are
 * freed; in any case tiles of dead workers are taken back.
 */
export async function startWorker(): Promise<void> {
  const self = worker();
  await connect(self);
  if (self.client && self.living.length <= 1) await unlockQueueJobs(self.client);
}

/** One round of cleaning up after dead workers. Returns how many tiles were handed back. */
export async function cleanUpAfterDead(): Promise<number> {
  const self = worker();
  if (!self.client) return 0;
  self.living = await livingWorkerIds(self.client);
  return releaseDeadWorkers(self.client);
}

/** Gives the worker's lock back. */
export async function stopWorker(): Promise<void> {
  const self = worker();
  self.closed = true;
  await self.client?.end().catch(() => undefined);
}

async function connect(self: Worker): Promise<void> {
  const client = new Client({ connectionString: databaseUrl(), keepAlive: true });
  client.on("error", () => undefined);
  await client.connect();
  const id = await registerWorker(client, { pid: process.pid, host: hostname() });
  // With the connection the lock goes, and with it the right to the tiles: a new connection is a new worker.
  client.on("end", () => void reconnect(self));
  self.client = client;
  self.id = id;
  self.living = await livingWorkerIds(client);
  await releaseDeadWorkers(client);
}

async function reconnect(self: Worker): Promise<void> {
  self.client = null;
  self.id = null;
  while (!self.closed && self.client === null) {
    await new Promise((resolve) => setTimeout(resolve, RECONNECT_DELAY_MS));
    await connect(self).catch(() => undefined);
  }
}
