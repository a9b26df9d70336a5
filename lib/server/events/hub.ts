import { Client } from "pg";
import { databaseUrl, pool } from "#db/client.ts";
import {
  comparePositions,
  currentPosition,
  type OutboxPosition,
  type OutboxRow,
  readOutbox,
} from "#db/queries/outbox.ts";
import { onShutdown } from "#lib/config/shutdown.ts";
import { processWide } from "#lib/process-wide.ts";
import { log } from "../log/log.ts";
import { instruments } from "../metrics/instruments.ts";
import { OUTBOX_CHANNEL } from "./outbox.ts";

const PAGE = 1000;
/** While a transaction is still open, what it wrote is looked for again after this long. */
const UNSETTLED_DELAY_MS = 20;
const RECONNECT_DELAY_MS = 500;

type Subscriber = (rows: readonly OutboxRow[]) => void;

/** Reads the outbox once for the whole process and hands every row to all subscribers, in order, none twice. */
type Hub = {
  subscribers: Set<Subscriber>;
  position: OutboxPosition | null;
  client: Client | null;
  reading: boolean;
  again: boolean;
  closed: boolean;
  started: Promise<void> | null;
};

function hub(): Hub {
  return processWide("event-hub", () => ({
    subscribers: new Set<Subscriber>(),
    position: null,
    client: null,
    reading: false,
    again: false,
    closed: false,
    started: null,
  }));
}

/** Calls `subscriber` with all rows that settle from now on. Returns the position it starts after, and how to stop. */
export async function subscribe(subscriber: Subscriber): Promise<{ from: OutboxPosition; unsubscribe: () => void }> {
  const self = hub();
  self.started ??= open(self);
  await self.started;
  self.subscribers.add(subscriber);
  const from = self.position ?? { xid: 0n, id: 0n };
  return { from, unsubscribe: () => self.subscribers.delete(subscriber) };
}

/** Ends the listening connection. */
async function closeHub(): Promise<void> {
  const self = hub();
  self.closed = true;
  self.subscribers.clear();
  await self.client?.end().catch(() => undefined);
}

async function open(self: Hub): Promise<void> {
  await connect(self);
  onShutdown("events", closeHub);
}

async function connect(self: Hub): Promise<void> {
  const client = new Client({ connectionString: databaseUrl(), keepAlive: true });
  client.on("error", () => undefined);
  client.on("notification", () => void read(self));
  try {
    await client.connect();
    await client.query(`LISTEN ${OUTBOX_CHANNEL}`);
    // After a reconnect the position stands where it was: what was written meanwhile is read now, nothing is lost.
    self.position ??= await currentPosition(client);
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
  self.client = client;
  // Only now: a connection that is refused ends too, and each would start another round of attempts.
  client.on("end", () => void reconnect(self, client));
  void read(self);
}

async function reconnect(self: Hub, lost: Client): Promise<void> {
  if (self.closed || self.client !== lost) return;
  self.client = null;
  log().warn("the ear for events lost its connection");
  while (!self.closed && self.client === null) {
    await new Promise((resolve) => setTimeout(resolve, RECONNECT_DELAY_MS));
    await connect(self).catch(() => undefined);
  }
  if (!self.closed) log().info("the ear for events is back");
}

async function read(self: Hub): Promise<void> {
  if (self.reading) {
    self.again = true;
    return;
  }
  self.reading = true;
  try {
    do {
      self.again = false;
      if (!self.position) return;
      const { rows, unsettled } = await readOutbox(pool(), self.position, PAGE);
      const last = rows.at(-1);
      if (last && comparePositions(last.position, self.position) > 0) {
        self.position = last.position;
        for (const subscriber of self.subscribers) subscriber(rows);
        const { eventSeconds } = instruments();
        const now = Date.now();
        for (const row of rows) eventSeconds.observe(Math.max(0, now - row.at.getTime()) / 1000);
      }
      if (rows.length === PAGE) self.again = true;
      else if (unsettled) setTimeout(() => void read(self), UNSETTLED_DELAY_MS);
    } while (self.again && !self.closed);
  } catch {
    if (!self.closed) setTimeout(() => void read(self), RECONNECT_DELAY_MS);
  } finally {
    self.reading = false;
  }
}
