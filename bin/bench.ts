import { existsSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "#lib/config/paths.ts";

/** `npm run bench -- NAME` runs `bench/NAME.ts`. */
const [name = ""] = process.argv.slice(2);
const file = join(projectRoot(), "bench", `${name}.ts`);
if (!/^[a-z-]+$/.test(name) || !existsSync(file)) {
  process.stderr.write("name a benchmark: npm run bench -- NAME, where bench/NAME.ts exists\n");
  process.exitCode = 2;
} else await import(file);
