/**
 * Measures imaging on a generated picture: `npm run bench -- imaging [reading] [serving] [--side N] [--rounds N]`, 10,007 pixels a side where
 * nothing is said; 31,623 is a gigapixel. `reading`: a pyramid beside the `vips` command line, and regions beside sharp alone.
 * `serving`: tiles beside iipsrv.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { measurePyramid } from "./imaging/pyramid.ts";
import { measureRegions } from "./imaging/regions.ts";
import { measureServing } from "./imaging/serving.ts";

const PARTS = {
  reading: async (folder: string, side: number, rounds: number): Promise<string[]> => {
    const target = join(folder, "pyramid.tif");
    const missed = await measurePyramid(folder, target, { side, rounds });
    await measureRegions(target, side);
    return missed;
  },
  serving: measureServing,
};

const { values, positionals } = parseArgs({
  args: process.argv.slice(3),
  options: { side: { type: "string", default: "10007" }, rounds: { type: "string", default: "3" } },
  allowPositionals: true,
});
for (const [name, measure] of Object.entries(PARTS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  try {
    for (const line of await measure(folder, Number(values.side), Number(values.rounds))) {
      console.log(`missed: ${line}`);
      process.exitCode = 1;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
