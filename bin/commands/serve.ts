import { Command, InvalidArgumentError } from "commander";
import { environment } from "#lib/config/env.ts";
import { shutDown } from "#lib/config/shutdown.ts";
import { createOwnerSignInLink } from "#lib/server/access/sign-in.ts";
import { startServer } from "./server.ts";

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535) throw new InvalidArgumentError("a port is 0 to 65535");
  return value;
}

type Options = { port: number; host: string; web?: true; workers?: true; dev?: true };

async function serve(options: Options): Promise<void> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) process.exit(1);
    stopping = true;
    say(`${signal}: stopping in order (again: at once) …`);
    await shutDown();
    process.exit(0);
  };
  process.on("SIGINT", () => void stop("interrupted"));
  process.on("SIGTERM", () => void stop("terminated"));
  try {
    const role = options.workers ? "workers" : options.web ? "web" : "all";
    const server = await startServer({ ...options, role, dev: options.dev === true, say });
    if (role === "workers") {
      say(`working on ${environment().dataDir}, without a web`);
      return;
    }
    const { path } = await createOwnerSignInLink();
    say(`Tessera is ready at ${server.url}`);
    say(`sign in as the owner, once, by this link: ${server.url}${path}`);
  } catch (error) {
    await shutDown();
    throw error;
  }
}

/** `tessera serve`: database, migrations, workers and web in this process, until it is told to stop. */
export const serveCommand = new Command("serve")
  .description("start Tessera: database, migrations, workers and web")
  .option("--port <port>", "port of the web; 0 takes a free one", port, 3000)
  .option("--host <address>", "address to listen on", "127.0.0.1")
  .option("--web", "only the web: analysis is left to other processes on the same database")
  .option("--workers", "only the work: no web for people")
  .option("--dev", "for developers: rebuild as sources change")
  .action(serve);
