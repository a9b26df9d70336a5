import { setTimeout as sleep } from "node:timers/promises";
import { startServer } from "#bin/commands/server.ts";
import { shutDown } from "#lib/config/shutdown.ts";
import { addTileProvider } from "#lib/models/added.ts";

/**
 * A server whose process also offers models that look at nothing and find nothing: `bench:noop` takes 5 ms, `bench:paced` as long as
 * a quick hosted one. With the argument `workers` it has no web.
 */
const TAKES_MS = new Map([
  ["bench:noop", 5],
  ["bench:paced", 100],
]);

addTileProvider("bench", (id) => ({
  id,
  inputSide: 512,
  usefulConcurrency: 64,
  repeatsFreely: true,
  needsPixels: false,
  async encode({ data, width, height }) {
    return { bytes: data, mediaType: "image/x-nothing", width, height, read: { width, height } };
  },
  async detect() {
    await sleep(TAKES_MS.get(id) ?? 0);
    return { detections: [], usage: { inputTokens: 0, outputTokens: 0, cost: null } };
  },
}));

const role = process.argv[2] === "workers" ? "workers" : "all";
const say = (line: string): void => void process.stderr.write(`${line}\n`);
// Next chats by console.log; standard output tells the address alone.
console.log = console.error;
const { url } = await startServer({ port: 0, host: "127.0.0.1", role, dev: false, say });
process.on("SIGTERM", () => void shutDown().then(() => process.exit(0)));
process.stdout.write(`${JSON.stringify({ url })}\n`);
