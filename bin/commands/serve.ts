import { Command, InvalidArgumentError, Option } from "commander";
import { environment } from "#lib/config/env.ts";
import { shutDown } from "#lib/config/shutdown.ts";
import { createOwnerSignInLink } from "#lib/server/access/sign-in.ts";
import { log, startLog } from "#lib/server/log/log.ts";
import { logConsole } from "#lib/server/log/log-console.ts";
import { startTracing } from "#lib/server/tracing/start-tracing.ts";
import { openMetricsPort } from "./metrics-port.ts";
import { startServer } from "./server.ts";

function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535) throw new InvalidArgumentError("a port is 0 to 65535");
  return value;
}

type Options = { port: number; host: string; web?: true; workers?: true; dev?: true };

/** A terminal signals the whole group, and npm passes its own signal on: two within this time are one wish. */
const SAME_WISH_MS = 1000;

/** Calls `stop` at the first signal; at the next that is meant, the process ends at once. */
function onSignal(stop: () => Promise<void>): void {
  let since: number | null = null;
  const handle = (): void => {
    if (since === null) void stop();
    else if (Date.now() - since > SAME_WISH_MS) process.exit(1);
    since ??= Date.now();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, handle);
}

async function start(options: Options, signal: AbortSignal, say: (line: string) => void): Promise<void> {
  const role = options.workers ? "workers" : options.web ? "web" : "all";
  await startTracing();
  const metrics = await openMetricsPort();
  const server = await startServer({ ...options, role, dev: options.dev === true, say, signal });
  metrics?.answer();
  // Not before: a start that fails is told in one line, for whoever started it.
  log().info({ role, node: process.version, ...(role !== "workers" && { url: server.url }) }, "ready");
  if (role === "workers") {
    say(`working on ${environment().dataDir}, without a web`);
    return;
  }
  signal.throwIfAborted();
  const { path } = await createOwnerSignInLink();
  say(`Tessera is ready at ${server.url}`);
  say(`sign in as the owner, once, by this link: ${server.url}${path}`);
}

async function serve(options: Options): Promise<void> {
  const logger = startLog();
  logConsole();
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const failed = (closing: string, err: unknown): void => logger.error({ err, closing }, "closing failed");
  const breakOff = new AbortController();
  const started = start(options, breakOff.signal, say);
  onSignal(async () => {
    say("stopping in order (once more: at once) …");
    logger.info("stopping");
    breakOff.abort();
    // What is half open when the signal comes is closed too.
    await started.catch(() => undefined);
    await shutDown(failed);
    logger.info("stopped");
    process.exit(0);
  });
  // One forgotten promise of some library must not end everyone's work.
  process.on("unhandledRejection", (err) => logger.error({ err }, "a promise of nobody's failed"));
  try {
    await started;
  } catch (error) {
    if (breakOff.signal.aborted) return;
    await shutDown(failed);
    throw error;
  }
}

/** `tessera serve`: database, migrations, workers and web in this process, until it is told to stop. */
export const serveCommand = new Command("serve")
  .description("start Tessera: database, migrations, workers and web")
  .option("--port <port>", "port of the web; 0 takes a free one", port, 3000)
  .option("--host <address>", "address to listen on", "127.0.0.1")
  .addOption(new Option("--web", "only the web: analysis is left to others on the same database").conflicts("workers"))
  .option("--workers", "only the work: no web for people")
  .option("--dev", "for developers: rebuild as sources change")
  .action(serve);
