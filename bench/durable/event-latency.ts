import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { cancelRun, type Installation, startRun } from "./installation.ts";

/** 8 at once, 100 ms each: some 80 tiles a second, for longer than is watched. */
const PACED = { model: "bench:paced", columns: 64, rows: 64, concurrency: 8 } as const;
const SETTLE_MS = 2000;
const WATCH_MS = 12_000;

/** Milliseconds from the beginning of a tile's commit until each of `clients` has heard of it, over a paced run. */
export async function eventLatency(installation: Installation, imageId: string, clients: number) {
  const id = await startRun(installation, imageId, PACED);
  await sleep(SETTLE_MS);
  const delays: number[] = [];
  const streams = Array.from({ length: clients }, () => listen(installation, id, (ms) => delays.push(ms)));
  await sleep(WATCH_MS);
  for (const stream of streams) stream.destroy();
  await cancelRun(installation, id);
  delays.sort((a, b) => a - b);
  const at = (share: number) => delays[Math.floor(delays.length * share)] ?? Number.NaN;
  return { clients, events: delays.length, "p50 ms": at(0.5), "p95 ms": at(0.95), "most ms": delays.at(-1) };
}

function listen({ server, token }: Installation, runId: string, heard: (ms: number) => void) {
  const stream = request(`${server.url}/api/v1/runs/${runId}/events`, {
    headers: { authorization: `Bearer ${token}` },
    agent: false,
  });
  stream.on("error", () => undefined);
  stream.on("response", (response) => {
    let rest = "";
    response.on("error", () => undefined);
    response.on("data", (chunk) => {
      const now = Date.now();
      const frames = (rest + String(chunk)).split("\n\n");
      rest = frames.pop() ?? "";
      for (const frame of frames) {
        if (!frame.includes("\nevent: tile\n")) continue;
        const at = /"at":"([^"]+)"/.exec(frame)?.[1];
        if (at) heard(now - Date.parse(at));
      }
    });
  });
  stream.end();
  return stream;
}
