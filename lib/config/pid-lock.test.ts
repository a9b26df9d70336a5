import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { takePidLock } from "./pid-lock.ts";

const MODULE = join(import.meta.dirname, "pid-lock.ts");

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tessera-lock-"));
  path = join(folder, "web.lock");
});
const started: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((kill) => kill()));
  await rm(folder, { recursive: true, force: true });
});

/** Another process that tries to take the lock, says `taken` or `held`, and stays. */
async function contender(): Promise<{ says: string; kill(): Promise<void> }> {
  const source = `const { takePidLock } = await import(${JSON.stringify(MODULE)});
    const lock = await takePidLock(${JSON.stringify(path)});
    console.log("release" in lock ? "taken" : "held");
    setInterval(() => undefined, 1000);`;
  const node = join(import.meta.dirname, "..", "..", "node_modules", "node", "bin", "node");
  const child = spawn(node, ["--input-type=module", "-e", source], { stdio: ["ignore", "pipe", "inherit"] });
  const [says] = await once(child.stdout, "data");
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  };
  started.push(kill);
  return { says: String(says).trim(), kill };
}

describe("the lock of a data folder", () => {
  it("is held by one, named to the next, and free again once given back", async () => {
    const first = await takePidLock(path);
    expect(await takePidLock(path)).toMatchObject({ heldBy: { pid: process.pid } });
    if (!("release" in first)) throw new Error("the lock was not taken");
    await first.release();
    expect(await takePidLock(path)).toHaveProperty("release");
    expect(await readdir(folder)).toEqual(["web.lock"]);
  });

  it("is taken over from a process that was killed", async () => {
    const other = await contender();
    expect(other.says).toBe("taken");
    expect(await takePidLock(path)).toHaveProperty("heldBy");
    await other.kill();
    expect(await takePidLock(path)).toHaveProperty("release");
  });

  it("is not taken for held because another process has the old one's id by now", async () => {
    await writeFile(path, JSON.stringify({ pid: process.pid, startedAt: "another boot 12" }));
    expect(await takePidLock(path)).toHaveProperty("release");
  });

  it("is taken over where a full disk left it empty", async () => {
    await writeFile(path, "");
    expect(await takePidLock(path)).toHaveProperty("release");
  });

  it("goes to exactly one of several that find it stale at once", async () => {
    await writeFile(path, JSON.stringify({ pid: 2 ** 22 + 1, startedAt: "" }));
    const all = await Promise.all(Array.from({ length: 6 }, contender));
    expect(all.filter((one) => one.says === "taken")).toHaveLength(1);
    expect(await readdir(folder)).toEqual(["web.lock"]);
  });

  it("is taken over also where a process died in the middle of taking it over", async () => {
    const gone = JSON.stringify({ pid: 2 ** 22 + 1, startedAt: "" });
    await writeFile(path, gone);
    await writeFile(`${path}.takeover`, gone);
    expect(await takePidLock(path)).toHaveProperty("release");
    expect(await readdir(folder)).toEqual(["web.lock"]);
  });
});
