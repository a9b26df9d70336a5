import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { takePidLock } from "#lib/config/pid-lock.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { noteTrouble, troubleIsOver } from "../trouble.ts";
import { postgresAccount, prepareClusterFolder, reachablePrograms } from "./account.ts";
import { findPrograms } from "./binaries.ts";
import { ensureCluster } from "./cluster.ts";
import { keep, launch, namedPostmaster, otherKeepers, type Postmaster, stopPostmaster, urlOf } from "./postmaster.ts";

/** A running embedded server. `release` stops it, unless other processes use it. */
export type EmbeddedServer = { url: string; release(): Promise<void> };

type Held = { folder: string; postmaster: Postmaster; keeper: Client };

const LOCK_TIMEOUT_MS = 120_000;
/** After a kill, processes of the old server may hold its memory for a moment: starting is tried again for a while. */
const START_TIMEOUT_MS = 30_000;
const RETRY_MS = 300;

/** Runs `work` while no other process starts or stops the server of this data folder. */
async function withLock<T>(dataDir: string, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + LOCK_TIMEOUT_MS;
  for (;;) {
    const lock = await takePidLock(join(dataDir, "postgres.lock"));
    if ("release" in lock) return work().finally(lock.release);
    if (Date.now() > deadline) {
      const why = `process ${lock.heldBy.pid} has been starting the database for too long`;
      throw new TesseraError("database-unavailable", why, { remedy: "stop that process and start again" });
    }
    await sleep(100);
  }
}

async function lastLine(log: string): Promise<string> {
  const lines = (await readFile(log, "utf8").catch(() => "")).trim().split("\n");
  return lines.findLast((line) => /FATAL|PANIC/.test(line)) ?? lines.at(-1) ?? "";
}

/** The server of the cluster: the one that runs, also where a killed process left it, else a new one. */
async function findOrLaunch(dataDir: string, port: number | undefined): Promise<Held> {
  const account = await postgresAccount();
  const folder = join(await prepareClusterFolder(dataDir, account), "cluster");
  const programs = await reachablePrograms(await findPrograms(), account);
  await ensureCluster(folder, programs, account);
  const log = join(dataDir, "postgres.log");
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const known = await namedPostmaster(folder);
    const keeper = known && (await keep(known));
    if (known && keeper && keeper !== "busy") return { folder, postmaster: known, keeper };
    try {
      if (keeper !== "busy") return { folder, ...(await launch(folder, { programs, account, log, port })) };
    } catch (cause) {
      if (Date.now() > deadline) {
        throw new TesseraError("database-unavailable", `the embedded Postgres does not start: ${await lastLine(log)}`, {
          remedy: `see ${log}`,
          cause,
        });
      }
    }
    await sleep(RETRY_MS);
  }
}

/** In one piece: others read it at any time, and a full disk leaves the one that was there. */
async function writeState(dataDir: string, state: Postmaster): Promise<void> {
  const file = join(dataDir, "postgres.json");
  const made = `${file}.${process.pid}`;
  try {
    await writeFile(made, JSON.stringify(state), { mode: 0o600 });
    await chmod(made, 0o600);
    await rename(made, file);
  } catch (error) {
    await rm(made, { force: true });
    throw error;
  }
}

async function acquire(dataDir: string, port?: number): Promise<Held> {
  return withLock(dataDir, async () => {
    const held = await findOrLaunch(dataDir, port);
    try {
      await writeState(dataDir, held.postmaster);
    } catch (error) {
      await held.keeper.end().catch(() => undefined);
      throw error;
    }
    return held;
  });
}

/** The last to leave puts out the light. Where Postgres died before, there is nothing to do. */
async function leave(dataDir: string, { folder, postmaster, keeper }: Held): Promise<void> {
  await withLock(dataDir, async () => {
    const others = await otherKeepers(keeper).catch(() => null);
    await keeper.end().catch(() => undefined);
    if (others === null || others > 0) return;
    await stopPostmaster(folder, postmaster);
    await rm(join(dataDir, "postgres.json"), { force: true });
  });
}

/**
 * The embedded server of a data folder. Several processes may ask at once and share it. Where it dies under this process it is
 * started again on its port, so that whoever connects finds it. Throws `configuration` or `database-unavailable`.
 */
export async function acquireEmbeddedServer(dataDir: string): Promise<EmbeddedServer> {
  await mkdir(dataDir, { recursive: true });
  let held = await acquire(dataDir);
  let released = false;
  const watch = (keeper: Client): void =>
    void keeper.once("end", async () => {
      while (!released) {
        try {
          held = await acquire(dataDir, held.postmaster.port);
          watch(held.keeper);
          troubleIsOver("start");
          return;
        } catch (error) {
          // Its memory may be full, its disk away: what needs the database says so, and this goes on trying.
          noteTrouble("start", error);
          await sleep(1000);
        }
      }
    });
  watch(held.keeper);
  return {
    url: urlOf(held.postmaster),
    release: async () => {
      released = true;
      await leave(dataDir, held);
    },
  };
}
