import { access, constants, statfs } from "node:fs/promises";
import { Command } from "commander";
import { Client } from "pg";
import { findPrograms } from "#db/embedded/binaries.ts";
import { environment } from "#lib/config/env.ts";
import { messageOf, TesseraError } from "#lib/core/errors.ts";
import { judgeTrial, tryModel } from "#lib/models/try-model.ts";
import { closeModels, tileModelOf } from "#lib/server/models.ts";
import { collect } from "./options.ts";

type Check = { name: string; run: () => Promise<string> };

const LEAST_FREE_BYTES = 2 * 1024 ** 3;

const CHECKS: Check[] = [
  {
    name: "configuration",
    run: async () => {
      environment();
      return "every variable is understood";
    },
  },
  {
    name: "Node",
    run: async () => {
      if (Number(process.versions.node.split(".")[0]) >= 24) return process.versions.node;
      throw new TesseraError("configuration", `this is Node ${process.versions.node}`, {
        remedy: "start bin/tessera itself",
      });
    },
  },
  {
    name: "data folder",
    run: async () => {
      const { dataDir } = environment();
      await access(dataDir, constants.W_OK).catch(async (error: unknown) => {
        if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
      });
      return dataDir;
    },
  },
  {
    name: "free space",
    run: async () => {
      const info = await statfs(environment().dataDir).catch(() => statfs("."));
      const free = info.bavail * info.bsize;
      const text = `${(free / 1024 ** 3).toFixed(1)} GB`;
      if (free >= LEAST_FREE_BYTES) return text;
      throw new TesseraError("configuration", `only ${text} are free`, {
        remedy: "make room, or move TESSERA_DATA_DIR",
      });
    },
  },
  {
    name: "database",
    run: async () => {
      const { databaseUrl } = environment();
      if (databaseUrl === undefined) {
        await findPrograms();
        return "embedded Postgres 18";
      }
      const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5000 });
      await client.connect();
      const { rows } = await client.query<{ version: number }>(
        "SELECT current_setting('server_version_num')::int AS version",
      );
      await client.end();
      const version = Math.floor((rows[0]?.version ?? 0) / 10_000);
      if (version >= 15) return `Postgres ${version} by DATABASE_URL`;
      throw new TesseraError("configuration", `the database is Postgres ${version}`, { remedy: "use 15 or newer" });
    },
  },
];

const EMBEDDED = "local:centernet";
const PATIENCE_MS = 60_000;

/** Makes one real call of a model, with a picture of our own. Needs no database. */
async function look(id: string): Promise<string> {
  const { good, text } = judgeTrial(await tryModel(tileModelOf(id), AbortSignal.timeout(PATIENCE_MS)));
  if (good) return text;
  throw new TesseraError("model-failed", text, { remedy: "choose a vision model that writes boxes" });
}

/** `tessera doctor`: one line a check, with the mend. */
export const doctorCommand = new Command("doctor")
  .description("check what the installation needs; a model is tried with one real call")
  .option("--model <provider:model>", "model to try, besides the embedded one; may be given several times", collect, [])
  .action(async ({ model }: { model: string[] }) => {
    const models = [...new Set([EMBEDDED, ...model])].map((id): Check => ({ name: "model", run: () => look(id) }));
    for (const { name, run } of [...CHECKS, ...models]) {
      try {
        process.stdout.write(`good  ${name}: ${await run()}\n`);
      } catch (error) {
        const remedy = error instanceof TesseraError && error.remedy ? ` – ${error.remedy}` : "";
        process.stdout.write(`BAD   ${name}: ${messageOf(error)}${remedy}\n`);
        process.exitCode = 1;
      }
    }
    await closeModels();
  });
