import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { acquireEmbeddedServer } from "./server.ts";

const MODULE = join(import.meta.dirname, "server.ts");
const NODE = join(import.meta.dirname, "..", "..", "node_modules", "node", "bin", "node");

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tessera-embedded-"));
  // The account that Postgres runs under, where the tests run as root, must be able to pass.
  await chmod(dataDir, 0o755);
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text: statement, rowMode: "array" })).rows.flat();
  } finally {
    await client.end();
  }
}

async function postgresPid(): Promise<number> {
  return JSON.parse(await readFile(join(dataDir, "postgres.json"), "utf8")).pid;
}

/** True where there is no such process, or one that only waits to be collected. */
async function isGone(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => ") Z");
  return stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z");
}

/** Another process that uses the server of this data folder; with a line on its input it leaves in order. */
async function neighbour(): Promise<{
  url: string;
  process: ChildProcess;
  leave(): Promise<void>;
  kill(): Promise<void>;
}> {
  const source = `const { acquireEmbeddedServer } = await import(${JSON.stringify(MODULE)});
    const server = await acquireEmbeddedServer(${JSON.stringify(dataDir)});
    console.log(server.url);
    process.stdin.once("data", async () => { await server.release(); process.exit(0); });`;
  const child = spawn(NODE, ["--input-type=module", "-e", source], { stdio: ["pipe", "pipe", "inherit"] });
  const [url] = await once(child.stdout, "data");
  const ended = once(child, "exit");
  return {
    url: String(url).trim(),
    process: child,
    leave: async () => {
      child.stdin.write("leave\n");
      await ended;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

describe("the embedded Postgres", () => {
  it("is version 18, flushes to disk, keeps what it is told, and is stopped by the only one who uses it", async () => {
    const first = await acquireEmbeddedServer(dataDir);
    const settings = await query(
      first.url,
      "SELECT current_setting('server_version_num')::int / 10000, current_setting('fsync')",
    );
    expect(settings).toEqual([18, "on"]);
    expect(await query(first.url, "SELECT lower('ÄÉ')")).toEqual(["äé"]);
    await query(first.url, "CREATE TABLE kept AS SELECT 7 AS value");
    const pid = await postgresPid();
    await first.release();
    await expect.poll(() => isGone(pid), { timeout: 10_000 }).toBe(true);
    expect(await stat(join(dataDir, "postgres.json")).catch(() => null)).toBeNull();
    const second = await acquireEmbeddedServer(dataDir);
    expect(await query(second.url, "SELECT value FROM kept")).toEqual([7]);
    await second.release();
  });

  it("listens on loop-back alone, wants its password, and shows it to no other account", async () => {
    const server = await acquireEmbeddedServer(dataDir);
    expect(await query(server.url, "SELECT current_setting('listen_addresses')")).toEqual(["127.0.0.1"]);
    await expect(query(server.url.replace(/:[^:@/]+@/, ":wrong@"), "SELECT 1")).rejects.toThrow(/password/);
    expect((await stat(join(dataDir, "postgres.json"))).mode & 0o777).toBe(0o600);
    await server.release();
  });

  it("is shared by processes that start at once, and the last to leave stops it", async () => {
    const [a, b, c] = await Promise.all([neighbour(), neighbour(), neighbour()]);
    expect(new Set([a.url, b.url, c.url]).size).toBe(1);
    const pid = await postgresPid();
    await a.leave();
    await b.kill();
    expect(await query(c.url, "SELECT 1")).toEqual([1]);
    await c.leave();
    await expect.poll(() => isGone(pid), { timeout: 10_000 }).toBe(true);
  });

  it("is adopted where kill -9 left it behind, even before its address was written down", async () => {
    const killed = await neighbour();
    const pid = await postgresPid();
    await killed.kill();
    expect(await isGone(pid)).toBe(false);
    await rm(join(dataDir, "postgres.json"));
    const heir = await acquireEmbeddedServer(dataDir);
    expect(await postgresPid()).toBe(pid);
    await heir.release();
    await expect.poll(() => isGone(pid), { timeout: 10_000 }).toBe(true);
  });

  it("recovers where Postgres was killed too, and another program has its process id by now", async () => {
    const killed = await neighbour();
    await query(killed.url, "CREATE TABLE kept AS SELECT 7 AS value");
    const pid = await postgresPid();
    await killed.kill();
    process.kill(pid, "SIGKILL");
    const lockFile = join(dataDir, "postgres", "cluster", "postmaster.pid");
    await writeFile(lockFile, (await readFile(lockFile, "utf8")).replace(String(pid), String(process.pid)));
    const heir = await acquireEmbeddedServer(dataDir);
    expect(await query(heir.url, "SELECT value FROM kept")).toEqual([7]);
    await heir.release();
  });

  it("is started again at its address where it dies under a process that uses it", async () => {
    const server = await acquireEmbeddedServer(dataDir);
    const pid = await postgresPid();
    process.kill(pid, "SIGKILL");
    await expect.poll(postgresPid, { timeout: 20_000 }).not.toBe(pid);
    expect(await query(server.url, "SELECT 1")).toEqual([1]);
    await server.release();
  });
});
