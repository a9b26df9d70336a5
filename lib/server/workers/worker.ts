import { hostname } from "node:os";
import { Client } from "pg";
import { databaseUrl, pool } from "#db/client.ts";
import {
  absentWorkers,
  freeQueueJobs,
  livingWorkerIds,
  lockDelivery,
  registerWorker,
  releaseWorkers,
  unlockDelivery,
} from "#db/queries/workers.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { processWide } from "#lib/process-wide.ts";
import { wake } from "../events/outbox.ts";
import { log } from "../log/log.ts";
import { instruments } from "../metrics/instruments.ts";

const RECONNECT_DELAY_MS = 500;
/** A worker on another machine counts as dead when it has been without its lock for so long: the network may come back. */
const ABSENCE_MS = 5000;
/** A job of the queue may be locked for this long before its delivery reaches the process that took it. */
const DELIVERY_GRACE_SECONDS = 10;

type Worker = {
  client: Client | null;
  id: number | null;
  living: readonly number[];
  /** Since when workers are without their lock, on this process' own clock. */
  absent: Map<number, number>;
  /** Deliveries of the queue in hand, with how often. */
  deliveries: Map<string, number>;
  /** The last statement on the connection. */
  turn: Promise<void>;
  closed: boolean;
};

function worker(): Worker {
  return processWide("worker", () => ({
    client: null,
    id: null,
    living: [],
    absent: new Map(),
    deliveries: new Map(),
    turn: Promise.resolve(),
    closed: false,
  }));
}

/** The id under which this process holds tiles. Throws while the process is not registered (before start, or database away). */
export function workerId(): number {
  const { id, client } = worker();
  if (id === null || client === null) {
    throw new TesseraError(
      "database-unavailable",
      "this process has lost its connection and is not registered as a worker",
    );
  }
  return id;
}

/** Ids of the workers that lived when last looked, ascending. */
export function livingWorkers(): readonly number[] {
  return worker().living;
}

/** Looks anew who lives. */
export async function seeLivingWorkers(): Promise<void> {
  worker().living = await livingWorkerIds(pool());
}

/**
 * Registers this process as a worker and takes back what dead ones left. Where it is the only one alive, jobs that a killed process
 * left locked in the queue are freed at once.
 */
export async function startWorker(): Promise<void> {
  const self = worker();
  await connect(self);
  await cleanUpAfterDead();
  if (self.client && self.living.length <= 1) await freeQueueJobs(self.client, 0);
}

/** One round of cleaning up after dead workers: their tiles, starts, shares and jobs of the queue. */
export async function cleanUpAfterDead(): Promise<void> {
  const self = worker();
  const { janitor } = instruments();
  await inTurn(self, async (client) => {
    self.living = await livingWorkerIds(client);
    const absent = await absentWorkers(client);
    const since = new Map(absent.map(({ id }) => [id, self.absent.get(id) ?? performance.now()]));
    self.absent = since;
    const dead = absent
      .filter((other) => hasEnded(other) || performance.now() - (since.get(other.id) ?? 0) >= ABSENCE_MS)
      .map(({ id }) => id);
    if (dead.length > 0) {
      await releaseWorkers(client, dead);
      wake();
      janitor.inc({ action: "dead-worker" }, dead.length);
      log().warn({ workers: dead }, "took back what dead workers had in hand");
    }
    const freed = await freeQueueJobs(client, DELIVERY_GRACE_SECONDS);
    janitor.inc({ action: "freed-job" }, freed);
    if (freed > 0) log().warn({ jobs: freed }, "freed jobs of the queue that nobody works on");
  });
}

/** Known at once of processes of this machine. */
function hasEnded({ pid, host }: { pid: number; host: string }): boolean {
  if (host !== hostname()) return false;
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}

/** Says that this process works on a delivery of the queue; call the result when it is done with it. */
export function holdDelivery(messageId: string): () => void {
  const self = worker();
  self.deliveries.set(messageId, (self.deliveries.get(messageId) ?? 0) + 1);
  // Not waited for: where the connection breaks, all that is in hand is said again on the next one.
  inTurn(self, (client) => lockDelivery(client, messageId)).catch(() => undefined);
  return () => {
    const left = (self.deliveries.get(messageId) ?? 1) - 1;
    if (left > 0) self.deliveries.set(messageId, left);
    else self.deliveries.delete(messageId);
    inTurn(self, (client) => unlockDelivery(client, messageId)).catch(() => undefined);
  };
}

/** One statement after the other on the worker's connection; nothing where there is none. */
async function inTurn(self: Worker, work: (client: Client) => Promise<void>): Promise<void> {
  const before = self.turn;
  const mine = (async () => {
    await before.catch(() => undefined);
    if (self.client) await work(self.client);
  })();
  self.turn = mine;
  await mine;
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
  self.id = await registerWorker(client, { pid: process.pid, host: hostname() }, self.id);
  client.on("end", () => void reconnect(self));
  for (const messageId of self.deliveries.keys()) await lockDelivery(client, messageId);
  self.client = client;
  log().info({ worker: self.id }, "registered as a worker");
  self.living = await livingWorkerIds(client);
}

async function reconnect(self: Worker): Promise<void> {
  self.client = null;
  if (!self.closed) log().warn({ worker: self.id }, "the worker lost its connection to the database");
  while (!self.closed && self.client === null) {
    await new Promise((resolve) => setTimeout(resolve, RECONNECT_DELAY_MS));
    await connect(self).catch(() => undefined);
  }
}
