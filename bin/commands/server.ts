import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import { join } from "node:path";
import { environment } from "#lib/config/env.ts";
import { projectRoot } from "#lib/config/paths.ts";
import { takePidLock } from "#lib/config/pid-lock.ts";
import { onShutdown } from "#lib/config/shutdown.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { buildIfStale } from "../build.ts";
import { openInstallation } from "./installation.ts";

/** `all`: web and work; `workers`: no web for people, on a random loop-back port; `web`: no work is taken. */
export type ServerOptions = {
  port: number;
  host: string;
  role: "all" | "web" | "workers";
  dev: boolean;
  say: (line: string) => void;
};

/** Jobs of the workflow queue that are delivered at once: lanes of several runs, and what they start. */
const QUEUE_CONCURRENCY = 10;

/**
 * Starts a server in this process and returns once it answers. Everything it opened is closed by `shutDown()`.
 * Throws `configuration` where the port is taken or another web serves the same data folder.
 */
export async function startServer(options: ServerOptions): Promise<{ url: string }> {
  const env = environment();
  const http = createServer();
  const isWorker = options.role === "workers";
  const host = isWorker ? "127.0.0.1" : options.host;
  const port = await listen(http, host, isWorker ? 0 : options.port);
  onShutdown("http", () => close(http));
  let handle: RequestListener = (_request, response) => response.writeHead(503, { "retry-after": "2" }).end();
  http.on("request", (request, response) => handle(request, response));

  await openInstallation();
  if (!isWorker) await lockWeb(env.dataDir);
  if (!options.dev) await buildIfStale(options.say);
  prepareEnvironment(port, options.role);

  const next = (await import("next")).default;
  const app = next({ dev: options.dev, dir: projectRoot(), hostname: host, port, httpServer: http });
  onShutdown("web", () => app.close());
  await app.prepare();
  const answer = app.getRequestHandler();
  handle = (request, response) => {
    if (isWorker && !request.url?.startsWith("/.well-known/workflow/")) response.writeHead(404).end();
    else void answer(request, response);
  };
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  if (!isWorker) {
    const file = join(env.dataDir, "server.json");
    await writeFile(file, JSON.stringify({ pid: process.pid, url }), { mode: 0o600 });
    onShutdown("server file", () => rm(file, { force: true }));
  }
  return { url };
}

async function listen(http: Server, host: string, port: number): Promise<number> {
  try {
    await new Promise<void>((resolve, reject) => http.once("error", reject).listen(port, host, resolve));
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : "";
    const why =
      code === "EADDRINUSE" ? `port ${port} is taken` : `${host}:${port} cannot be listened on (${String(code)})`;
    throw new TesseraError("configuration", why, { remedy: "choose another with --port, or stop what uses it", cause });
  }
  const address = http.address();
  return address !== null && typeof address === "object" ? address.port : port;
}

async function close(http: Server): Promise<void> {
  const closed = new Promise((resolve) => http.close(resolve));
  http.closeAllConnections();
  await closed;
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
    PORT: String(port),
    TESSERA_SERVING: role === "web" ? "0" : "1",
    TESSERA_LOOP_SECRET: secret,
    WORKFLOW_TARGET_WORLD: "@workflow/world-postgres",
    WORKFLOW_POSTGRES_URL: process.env["DATABASE_URL"],
    WORKFLOW_LOCAL_BASE_URL: `http://loop:${secret}@127.0.0.1:${port}`,
    WORKFLOW_POSTGRES_WORKER_CONCURRENCY: String(QUEUE_CONCURRENCY),
    WORKFLOW_POSTGRES_MAX_POOL_SIZE: String(QUEUE_CONCURRENCY),
  });
}
