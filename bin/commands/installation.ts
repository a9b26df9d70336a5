import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { pool } from "#db/client.ts";
import { acquireEmbeddedServer } from "#db/embedded/server.ts";
import { migrateDatabase } from "#db/migrate.ts";
import { environment } from "#lib/config/env.ts";
import { onShutdown, shutDown } from "#lib/config/shutdown.ts";
import { messageOf, TesseraError } from "#lib/core/errors.ts";

let opening: Promise<void> | null = null;

/**
 * Opens the installation for this process: data folder, database (started if need be), migrations. A second call waits for the
 * first. Closed by `shutDown()`.
 */
export async function openInstallation(): Promise<void> {
  opening ??= open();
  await opening;
}

async function open(): Promise<void> {
  const { dataDir, databaseUrl } = environment();
  await requireDataFolder(dataDir);
  onShutdown("installation", async () => {
    opening = null;
  });
  if (databaseUrl === undefined) {
    const server = await acquireEmbeddedServer(dataDir);
    process.env["DATABASE_URL"] = server.url;
    onShutdown("postgres", () => server.release());
  } else process.env["DATABASE_URL"] = databaseUrl;
  onShutdown("pool", () => pool().end());
  try {
    await migrateDatabase(process.env["DATABASE_URL"] ?? "");
  } catch (cause) {
    throw new TesseraError("database-unavailable", `the database could not be opened: ${messageOf(cause)}`, {
      remedy: databaseUrl
        ? "check DATABASE_URL and that the server is Postgres 15 or newer"
        : "see postgres.log in the data folder",
      cause,
    });
  }
}

async function requireDataFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new TesseraError("configuration", `the data folder ${folder} cannot be written to`, {
      remedy: "mend its permissions, or choose another with TESSERA_DATA_DIR",
      cause,
    });
  }
}

/** As `mkdir -p`. Node's own `recursive` never returns where the parent exists and takes no folders, as `/proc` does. */
async function makeFolder(folder: string): Promise<void> {
  const attempt = async (): Promise<string> => {
    try {
      await mkdir(folder);
      return "";
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : "";
      if (code === "EEXIST") return "";
      if (code === "ENOENT") return "ENOENT";
      throw error;
    }
  };
  if ((await attempt()) === "" || dirname(folder) === folder) return;
  await makeFolder(dirname(folder));
  await attempt();
}

/** By convention, a shell reads from a code above this which signal ended a program. */
const SIGNAL_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** Runs a command's work with the installation open, and closes it whatever happens, also where the command is interrupted. */
export async function withInstallation<T>(work: () => Promise<T>): Promise<T> {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void shutDown().finally(() => process.exit(SIGNAL_CODES[signal])));
  }
  try {
    await openInstallation();
    return await work();
  } finally {
    await shutDown();
  }
}
