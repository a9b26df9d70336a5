import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { environment } from "#lib/config/env.ts";
import { projectRoot } from "#lib/config/paths.ts";
import { takePidLock } from "#lib/config/pid-lock.ts";
import { onShutdown } from "#lib/config/shutdown.ts";
import { workStarted } from "#lib/config/start-up.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { observeRequest } from "#lib/server/http/observe-request.ts";
import { answerMetrics } from "#lib/server/metrics/answer-metrics.ts";
import { holdDelivery } from "#lib/server/workers/worker.ts";
import { buildIfStale } from "../build.ts";
import { setContentPolicy } from "./content-policy.ts";
import { openInstallation } from "./installation.ts";
import { openListener } from "./listener.ts";
import { sendPicture } from "./send-picture.ts";

/** `all`: web and work; `workers`: no web for people; `web`: no work is taken. */
export type ServerOptions = {
  port: number;
  host: string;
  role: "all" | "web" | "workers";
  dev: boolean;
  say: (line: string) => void;
  /** Breaks the start off between its stages. */
  signal?: AbortSignal;
};

/** Jobs of the workflow queue that are delivered at once: lanes of several runs, and what they start. */
const QUEUE_CONCURRENCY = 10;
/** Connections of each of the two workflow worlds of a process; a job has one only while it is taken, and when it ends. */
const QUEUE_CONNECTIONS = 4;

const WORKFLOW_PATH = "/.well-known/workflow/";

/**
 * Starts a server in this process and returns once it answers. Everything it opened is closed by `shutDown()`, last opened first.
 * Throws `configuration` where the port is taken or another web serves the same data folder.
 */
export async function startServer(options: ServerOptions): Promise<{ url: string }> {
  const { dataDir } = environment();
  const web = options.role === "workers" ? null : await openListener(options.host, options.port);
  const closeWeb = async (): Promise<void> => web?.close();
  onShutdown("web listener, where the start fails", closeWeb);
  await openInstallation();
  options.signal?.throwIfAborted();
  if (web) await lockWeb(dataDir);
  if (!options.dev) await buildIfStale(options.say, options.signal);

  // The workflow's queue delivers to a port of its own, on loop-back whatever address the web has, and open until the queue ends.
  const loop = await openListener("127.0.0.1", 0);
  onShutdown("loop listener", () => loop.close());
  prepareEnvironment(loop.port, options.role);

  options.signal?.throwIfAborted();
  const next = (await import("next")).default;
  const { port, server } = web ?? loop;
  const app = next({ dev: options.dev, dir: projectRoot(), hostname: options.host, port, httpServer: server });
  onShutdown("next", () => app.close());
  await app.prepare();
  const answer = app.getRequestHandler();
  loop.answerWith(async (request, response) => {
    if (!request.url?.startsWith(WORKFLOW_PATH)) {
      response.writeHead(404).end();
      return;
    }
    const delivery = request.headers["x-vqs-message-id"];
    const done = typeof delivery === "string" ? holdDelivery(delivery) : undefined;
    try {
      await answer(request, response);
    } finally {
      done?.();
    }
  });
  if (options.role !== "web") {
    // Next loads its instrumentation by the first request at the latest; the answer to this one does not matter.
    await fetch(`http://127.0.0.1:${loop.port}${WORKFLOW_PATH}`).catch(() => undefined);
    await workStarted().promise;
  }
  web?.answerWith((request, response) =>
    observeRequest(request, response, async () => {
      const picture = sendPicture(request, response);
      if (picture) return picture;
      if (request.url?.split("?", 1)[0] === "/metrics") return answerMetrics(request, response);
      setContentPolicy(request, response, options.dev);
      return answer(request, response);
    }),
  );
  const url = `http://${options.host.includes(":") ? `[${options.host}]` : options.host}:${port}`;
  if (web) {
    const file = join(dataDir, "server.json");
    await writeFile(file, JSON.stringify({ pid: process.pid, url }), { mode: 0o600 });
    onShutdown("server file", () => rm(file, { force: true }));
  }
  onShutdown("web listener", closeWeb);
  return { url };
}

async function lockWeb(dataDir: string): Promise<void> {
  const lock = await takePidLock(join(dataDir, "web.lock"));
  if ("heldBy" in lock) {
    throw new TesseraError("configuration", `process ${lock.heldBy.pid} already serves the data folder ${dataDir}`, {
      remedy: "use that one, start this with --workers, or choose another folder with TESSERA_DATA_DIR",
    });
  }
  onShutdown("web lock", lock.release);
}

/** What Next and the workflow world read from the environment, set before either is loaded. */
function prepareEnvironment(port: number, role: ServerOptions["role"]): void {
  const secret = randomBytes(32).toString("hex");
  Object.assign(process.env, {
    NEXT_TELEMETRY_DISABLED: "1",
    // `next --experimental-next-config-strip-types`: Node reads next.config.ts itself; Next's compiler would take 60 MB for it.
    __NEXT_NODE_NATIVE_TS_LOADER_ENABLED: "true",
    PORT: String(port),
    TESSERA_SERVING: role === "web" ? "0" : "1",
    TESSERA_LOOP_SECRET: secret,
    // By its path: the name would be looked for from where the command was called.
    WORKFLOW_TARGET_WORLD: fileURLToPath(import.meta.resolve("@workflow/world-postgres")),
    WORKFLOW_POSTGRES_URL: process.env["DATABASE_URL"],
    WORKFLOW_LOCAL_BASE_URL: `http://loop:${secret}@127.0.0.1:${port}`,
    WORKFLOW_POSTGRES_WORKER_CONCURRENCY: String(QUEUE_CONCURRENCY),
    WORKFLOW_POSTGRES_MAX_POOL_SIZE: String(QUEUE_CONNECTIONS),
  });
}
