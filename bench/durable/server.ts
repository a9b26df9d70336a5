import { setTimeout as sleep } from "node:timers/promises";
import { startServer } from "#bin/commands/server.ts";
import { shutDown } from "#lib/config/shutdown.ts";
import { addTileProvider } from "#lib/models/added.ts";

/** A server whose process also offers `bench:noop`, a model that takes 5 ms, looks at nothing and finds nothing. */
const MODEL_MS = 5;

addTileProvider("bench", (id) => ({
  id,
  inputSide: 512,
  usefulConcurrency: 64,
  needsPixels: false,
  async encode({ data, width, height }) {
    return { bytes: data, mediaType: "image/x-nothing", width, height, read: { width, height } };
  },
  async detect() {
    await sleep(MODEL_MS);
    return { detections: [], usage: { inputTokens: 0, outputTokens: 0, cost: null }, raw: "" };
  },
}));

const say = (line: string): void => void process.stderr.write(`${line}\n`);
// Next chats by console.log; standard output tells the address alone.
console.log = console.error;
const { url } = await startServer({ port: 0, host: "127.0.0.1", role: "all", dev: false, say });
process.on("SIGTERM", () => void shutDown().then(() => process.exit(0)));
process.stdout.write(`${JSON.stringify({ url })}\n`);
