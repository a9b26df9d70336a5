import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectTo } from "#e2e/support/server.ts";
import type { Installation } from "../durable/installation.ts";
import { processorSeconds } from "../durable/processor.ts";
import type { Work } from "./bare-models.ts";

async function api<T>({ server, token }: Installation, address: string, init: RequestInit): Promise<T> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const response = await fetch(`${server.url}/api/v1${address}`, { headers, ...init });
  if (!response.ok) throw new Error(`${address}: ${response.status} ${await response.text()}`);
  return JSON.parse(await response.text());
}

/** Adds a picture; returns its id once it is ready. */
export async function send(installation: Installation, file: string): Promise<string> {
  const headers = { authorization: `Bearer ${installation.token}` };
  const body = new Blob([await readFile(file)]);
  const name = encodeURIComponent(path.basename(file));
  const { id } = await api<{ id: string }>(installation, `/images?name=${name}`, { method: "POST", body, headers });
  while ((await api<{ state: string }>(installation, `/images/${id}`, {})).state !== "ready") await sleep(200);
  return id;
}

/** `beforeSeconds`: from the request to the first tile. */
export type Analysed = Work & { beforeSeconds: number };

/** Seldom: what is looked with takes processor time from what is looked at. */
const LOOK_MS = 1000;

/** What had been used of the processor by then. */
type Used = { at: number; seconds: number };

/** Between two looks the processor is taken to have been used evenly. */
function usedAt(used: readonly Used[], at: number): number {
  const after = used.findIndex((look) => look.at >= at);
  const [from, to] = [used[after - 1], used[after]];
  if (!from || !to) return (after === 0 ? used[0] : used.at(-1))?.seconds ?? Number.NaN;
  return from.seconds + ((to.seconds - from.seconds) * (at - from.at)) / (to.at - from.at);
}

/** Has a picture analysed; the times are the ledger's. */
export async function analyse(
  installation: Installation,
  imageId: string,
  { preset, concurrency }: { preset: string; concurrency: number | undefined },
): Promise<Analysed> {
  const body = JSON.stringify({ preset, concurrency, skipBackground: false, wholePicture: false });
  const { id } = await api<{ id: string }>(installation, `/images/${imageId}/runs`, { method: "POST", body });
  const database = await connectTo(installation.dataDir);
  const used: Used[] = [];
  try {
    for (;;) {
      used.push({ at: Date.now(), seconds: await processorSeconds(installation) });
      const { rows } = await database.query<{ state: string }>("SELECT state FROM runs WHERE id = $1", [id]);
      if (rows[0]?.state === "completed") break;
      if (rows[0]?.state === "failed" || rows[0]?.state === "partial")
        throw new Error(`the run ended ${rows[0].state}`);
      await sleep(LOOK_MS);
    }
    const { rows } = await database.query<{ created: Date; first: Date; last: Date }>(
      `SELECT runs.created_at AS created, min(tiles.started_at) AS first, max(tiles.finished_at) AS last
        FROM tiles JOIN runs ON runs.id = tiles.run_id WHERE run_id = $1 GROUP BY runs.created_at`,
      [id],
    );
    const [times] = rows;
    if (!times) throw new Error("the run has no tiles");
    return {
      beforeSeconds: (times.first.getTime() - times.created.getTime()) / 1000,
      seconds: (times.last.getTime() - times.first.getTime()) / 1000,
      processorSeconds: usedAt(used, times.last.getTime()) - usedAt(used, times.first.getTime()),
    };
  } finally {
    await database.end();
  }
}
