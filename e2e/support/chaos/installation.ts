import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../free-port.ts";
import {
  type Api,
  connectTo,
  endWorkers,
  killAll,
  killPostgres,
  killServer,
  type RunningServer,
  startServer,
  startWorkers,
  stopPostgres,
} from "../server.ts";

/** A server, perhaps a process that only works beside it, and their embedded Postgres: all that can be killed and started again. */
export type Installation = {
  readonly dataDir: string;
  /** The HTTP API; its address and token outlive the server's processes. */
  api(): Api;
  upload: RunningServer["upload"];
  /** Starts anew, in order, with so many processes. */
  begin(processes: 1 | 2): Promise<void>;
  killServer(): Promise<void>;
  killServerAndPostgres(): Promise<void>;
  startServer(): Promise<void>;
  killWorkers(): Promise<void>;
  startWorkers(): Promise<void>;
  /** Ends the server in order and starts another; returns how many milliseconds the end took. */
  replaceServer(): Promise<number>;
  /** Starts another process that only works, then ends the old one in order; returns how many milliseconds the end took. */
  replaceWorkers(): Promise<number>;
  /** Ends Postgres alone, and returns once the server has brought it back. */
  endPostgres(how: "killed" | "in order"): Promise<void>;
  close(): Promise<void>;
};

/** An installation with one process, in a data folder of its own. */
export async function startInstallation(env: Record<string, string>): Promise<Installation> {
  const dataDir = await mkdtemp(join(tmpdir(), "tessera-chaos-"));
  const args = ["--port", String(await freePort())];
  let server = await startServer({ dataDir, env, args });
  let workers: ChildProcess | null = null;
  const api = await server.api("operator");

  async function begin(processes: 1 | 2): Promise<void> {
    if (workers) await endWorkers(workers, "SIGTERM");
    workers = null;
    await server.stop();
    server = await startServer({ dataDir, env, args });
    if (processes === 2) workers = await startWorkers({ dataDir, env });
  }

  return {
    dataDir,
    api: () => api,
    upload: (name, bytes) => server.upload(name, bytes),
    begin,
    killServer: () => killServer(server),
    killServerAndPostgres: () => killAll(server),
    async startServer() {
      server = await startServer({ dataDir, env, args });
    },
    async killWorkers() {
      if (workers) await endWorkers(workers, "SIGKILL");
    },
    async startWorkers() {
      workers = await startWorkers({ dataDir, env });
    },
    async replaceServer() {
      const from = performance.now();
      await server.stop();
      const took = performance.now() - from;
      server = await startServer({ dataDir, env, args });
      return took;
    },
    async replaceWorkers() {
      const old = workers;
      workers = await startWorkers({ dataDir, env });
      const from = performance.now();
      if (old) await endWorkers(old, "SIGTERM");
      return performance.now() - from;
    },
    async endPostgres(how) {
      await (how === "killed" ? killPostgres(dataDir) : stopPostgres(dataDir));
      await postgresBack(dataDir);
    },
    async close() {
      if (workers) await endWorkers(workers, "SIGTERM");
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Resolves once the embedded Postgres of a data folder takes connections again. */
async function postgresBack(dataDir: string): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    await sleep(100);
    const database = await connectTo(dataDir).catch(() => null);
    if (!database) continue;
    await database.end();
    return;
  }
  throw new Error("Postgres was not brought back within a minute");
}
