import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectTo } from "#e2e/support/server.ts";
import type { Installation } from "../durable/installation.ts";

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

/** Seconds that the tiles of a run took, from the plan being written to the last tile's commit, as the ledger says. */
export async function analyse(
  installation: Installation,
  imageId: string,
  { preset, concurrency }: { preset: string; concurrency: number | undefined },
): Promise<number> {
  const body = JSON.stringify({ preset, concurrency, skipBackground: false, wholePicture: false });
  const { id } = await api<{ id: string }>(installation, `/images/${imageId}/runs`, { method: "POST", body });
  const database = await connectTo(installation.dataDir);
  try {
    for (;;) {
      const { rows } = await database.query<{ state: string }>("SELECT state FROM runs WHERE id = $1", [id]);
      if (rows[0]?.state === "completed") break;
      if (rows[0]?.state === "failed" || rows[0]?.state === "partial")
        throw new Error(`the run ended ${rows[0].state}`);
      await sleep(250);
    }
    const { rows } = await database.query<{ seconds: number }>(
      `SELECT extract(epoch FROM max(tiles.finished_at) - min(runs.started_at))::float8 AS seconds
        FROM tiles JOIN runs ON runs.id = tiles.run_id WHERE run_id = $1`,
      [id],
    );
    return rows[0]?.seconds ?? Number.NaN;
  } finally {
    await database.end();
  }
}
