import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { noisePicture } from "#e2e/support/pictures.ts";
import { tessera } from "#e2e/support/server.ts";

/** The product under test: a data folder, the processes on it, and its HTTP API. */

export type Role = "all" | "workers";
export type Process = { child: ChildProcess; url: string };
export type Installation = {
  dataDir: string;
  databaseUrl: string;
  token: string;
  /** The process with the web. */
  server: Process;
};

/** Starts a process on the data folder and waits until it works. */
export async function startProcess(dataDir: string, role: Role): Promise<Process> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "server.ts"), role], {
    env: { ...process.env, NODE_ENV: "production", TESSERA_DATA_DIR: dataDir },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.once("close", (code) => reject(new Error(`the server ended with ${code}`)));
    child.stdout?.on("data", (chunk) => {
      const line = String(chunk)
        .split("\n")
        .find((each) => each.startsWith('{"url"'));
      if (line) resolve(JSON.parse(line).url);
    });
  });
  return { child, url };
}

/** Ends a process by a signal and waits until it has gone. */
export async function endProcess({ child }: Process, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once("close", resolve));
  child.kill(signal);
  await closed;
}

/** A new installation with one process. */
export async function startInstallation(): Promise<Installation> {
  const dataDir = await mkdtemp(join(tmpdir(), "tessera-bench-"));
  const server = await startProcess(dataDir, "all");
  const { stdout } = await tessera(dataDir, ["token", "create", "--role", "operator", "--json"]);
  const { port, password } = JSON.parse(await readFile(join(dataDir, "postgres.json"), "utf8"));
  const databaseUrl = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  return { dataDir, databaseUrl, token: JSON.parse(stdout).token, server };
}

/** Ends it and removes what it has written. */
export async function close({ server, dataDir }: Installation): Promise<void> {
  await endProcess(server, "SIGTERM");
  await rm(dataDir, { recursive: true, force: true });
}

/** One request of the API. Throws where it is refused. */
async function api<T>({ server, token }: Installation, path: string, init: RequestInit = {}): Promise<T> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const response = await fetch(`${server.url}/api/v1${path}`, { ...init, headers });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return JSON.parse(await response.text());
}

/** Adds a picture that all runs use; returns its id once it is ready. */
export async function addPicture(installation: Installation): Promise<string> {
  const body = new Blob([Buffer.from(await noisePicture(12_800, 8000))]);
  const response = await fetch(`${installation.server.url}/api/v1/images?name=noise.jpg`, {
    method: "POST",
    body,
    headers: { authorization: `Bearer ${installation.token}` },
  });
  const { id }: { id: string } = JSON.parse(await response.text());
  while ((await api<{ state: string }>(installation, `/images/${id}`)).state !== "ready") await sleep(200);
  return id;
}

export type RunOptions = { model: "bench:noop" | "bench:paced"; columns: number; rows: number; concurrency: number };

/** Starts a run of `columns` × `rows` tiles; returns its id. */
export async function startRun(installation: Installation, imageId: string, run: RunOptions): Promise<string> {
  const { model, columns, rows, concurrency } = run;
  const { id } = await api<{ id: string }>(installation, `/images/${imageId}/runs`, {
    method: "POST",
    body: JSON.stringify({
      preset: "ask",
      classes: ["thing"],
      model,
      allowProviders: ["bench"],
      tiling: { columns, rows, overlap: 0 },
      wholePicture: false,
      concurrency,
    }),
  });
  return id;
}

/** Cancels a run that has been watched for long enough. */
export async function cancelRun(installation: Installation, id: string): Promise<void> {
  await api(installation, `/runs/${id}/cancel`, { method: "POST", body: "{}" });
}
