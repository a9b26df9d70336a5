import { createHash, randomFillSync } from "node:crypto";
import { mkdtemp, open, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { killServer, type RunningServer, startServer } from "#e2e/support/server.ts";

/** Two gigabytes from a real browser through a killed server and a reloaded page, with the memory that the server takes for it. */

test.setTimeout(900_000);

const SIDE = 26_800;
const ROWS_PER_STRIP = 64;
const MOST_MEGABYTES = 400;

/** Writes an uncompressed RGB TIFF of random pixels; returns its SHA-256. Bytes in a wrong place would show. */
async function writeScene(path: string): Promise<{ sha256: string; bytes: number }> {
  const strips = Math.ceil(SIDE / ROWS_PER_STRIP);
  const rowBytes = SIDE * 3;
  const entries: [tag: number, type: 3 | 4, count: number, value: number][] = [];
  const arrays = 8 + 2 + 10 * 12 + 4;
  const pixels = arrays + 8 + strips * 8;
  entries.push([256, 4, 1, SIDE], [257, 4, 1, SIDE], [258, 3, 3, arrays], [259, 3, 1, 1], [262, 3, 1, 2]);
  entries.push([273, 4, strips, arrays + 8], [277, 3, 1, 3], [278, 4, 1, ROWS_PER_STRIP]);
  entries.push([279, 4, strips, arrays + 8 + strips * 4], [284, 3, 1, 1]);
  const head = Buffer.alloc(pixels);
  head.write("II*\0", "latin1");
  head.writeUInt32LE(8, 4);
  head.writeUInt16LE(entries.length, 8);
  for (const [at, [tag, type, count, value]] of entries.entries()) {
    head.writeUInt16LE(tag, 10 + at * 12);
    head.writeUInt16LE(type, 12 + at * 12);
    head.writeUInt32LE(count, 14 + at * 12);
    head.writeUInt32LE(value, 18 + at * 12);
  }
  for (const at of [0, 2, 4]) head.writeUInt16LE(8, arrays + at);
  const rowsOf = (strip: number) => Math.min(ROWS_PER_STRIP, SIDE - strip * ROWS_PER_STRIP);
  for (let strip = 0; strip < strips; strip += 1) {
    head.writeUInt32LE(pixels + strip * ROWS_PER_STRIP * rowBytes, arrays + 8 + strip * 4);
    head.writeUInt32LE(rowsOf(strip) * rowBytes, arrays + 8 + strips * 4 + strip * 4);
  }
  const hash = createHash("sha256").update(head);
  const file = await open(path, "w");
  await file.write(head);
  const piece = Buffer.alloc(ROWS_PER_STRIP * rowBytes);
  for (let strip = 0; strip < strips; strip += 1) {
    const part = randomFillSync(piece).subarray(0, rowsOf(strip) * rowBytes);
    hash.update(part);
    await file.write(part);
  }
  const { size } = await file.stat();
  await file.close();
  return { sha256: hash.digest("hex"), bytes: size };
}

/** Follows the resident memory of the server's process, in megabytes; the most of it since the last look. */
function followMemory(pid: () => number) {
  let most = 0;
  const timer = setInterval(async () => {
    const status = await readFile(`/proc/${pid()}/status`, "utf8").catch(() => "");
    most = Math.max(most, Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  }, 100);
  return {
    take: () => {
      const value = Math.round(most);
      most = 0;
      return value;
    },
    stop: () => clearInterval(timer),
  };
}

test("two gigabytes survive a killed server and a reload of the page", async ({ page }) => {
  const base = await mkdtemp(join(tmpdir(), "tessera-2gb-"));
  const dataDir = join(base, "data");
  let server: RunningServer = await startServer({ dataDir });
  const { port } = new URL(server.url);
  const memory = followMemory(() => server.process.pid ?? 0);
  try {
    const path = join(base, "scene.tif");
    const { sha256, bytes } = await writeScene(path);
    expect(bytes).toBeGreaterThan(2 * 1024 ** 3);
    const arrived = async (): Promise<number> => {
      const folder = join(dataDir, "blobs", ".uploads");
      const names = await readdir(folder).catch(() => []);
      return (await Promise.all(names.map((name) => stat(join(folder, name))))).reduce(
        (sum, { size }) => sum + size,
        0,
      );
    };
    const idle = memory.take();
    await page.goto(server.signInLink);
    const from = Date.now();
    await page.getByLabel("Pictures to add").setInputFiles(path);
    await expect.poll(arrived, { timeout: 300_000 }).toBeGreaterThan(bytes / 4);
    const beforeKill = memory.take();

    await killServer(server);
    const atKill = await arrived();
    server = await startServer({ dataDir, args: ["--port", port] });
    await expect.poll(arrived, { timeout: 300_000 }).toBeGreaterThan(Math.max(atKill, bytes / 2));

    await page.reload();
    await expect(page.getByText("interrupted")).toBeVisible();
    const atReload = await arrived();
    expect(atReload).toBeGreaterThan(bytes / 2);
    await page.getByLabel("Choose scene.tif again").setInputFiles(path);
    await expect(page.getByText("in the library")).toBeVisible({ timeout: 600_000 });
    const seconds = Math.round((Date.now() - from) / 1000);
    const afterKill = memory.take();

    const api = await server.api("viewer");
    const { items } = await api.get<{ items: { id: string; sha256: string; bytes: number }[] }>("/api/v1/images");
    expect(items).toEqual([expect.objectContaining({ sha256, bytes })]);
    const state = async () => (await api.get<{ state: string }>(`/api/v1/images/${items[0]?.id}`)).state;
    await expect.poll(state, { timeout: 600_000, intervals: [1000] }).toBe("ready");
    const ingesting = memory.take();
    console.log(
      `2 GB in ${seconds} s; at the kill ${atKill} bytes, at the reload ${atReload} of ${bytes}; resident memory of the server in MB: ` +
        `before the upload ${idle}, while it received ${beforeKill} and ${afterKill}, while it ingested ${ingesting}`,
    );
    expect(Math.max(beforeKill, afterKill)).toBeLessThan(MOST_MEGABYTES);
  } finally {
    memory.stop();
    await server.stop();
    await rm(base, { recursive: true, force: true });
  }
});
