import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { projectRoot } from "#lib/config/paths.ts";

/** Ends with 1 where the schema says something that no migration does yet: then `npx drizzle-kit generate` is owed. */
const root = projectRoot();
const migrations = join(root, "db", "migrations");
const copy = await mkdtemp(join(root, "node_modules", ".drift-"));
try {
  await cp(migrations, copy, { recursive: true });
  const kit = join(root, "node_modules", ".bin", "drizzle-kit");
  const options = ["--dialect=postgresql", "--schema=./db/schema/*.ts", `--out=${relative(root, copy)}`];
  await promisify(execFile)(kit, ["generate", ...options], { cwd: root });
  const [before, after] = [await readdir(migrations), await readdir(copy)];
  if (after.length !== before.length) {
    process.stderr.write("the schema has changed and no migration says so: run drizzle-kit generate\n");
    process.exitCode = 1;
  }
} finally {
  await rm(copy, { recursive: true, force: true });
}
