import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import sharp from "sharp";
import { openLine } from "#e2e/support/cut-line.ts";
import { killServer, type RunningServer, startServer, tessera } from "#e2e/support/server.ts";

/** Large pictures on their way over a slow line, through a killed server, a reloaded page and a lost network; folders; many at once. */

test.describe.configure({ mode: "serial" });
test.setTimeout(240_000);

let base: string;
let server: RunningServer;
let port: string;
/** The owner's, from the one link there is. */
let session: string;

test.beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "tessera-upload-"));
  server = await startServer({ dataDir: join(base, "data") });
  port = new URL(server.url).port;
  const answer = await fetch(server.signInLink, { redirect: "manual" });
  session = /tessera_session=([^;]+)/.exec(answer.headers.get("set-cookie") ?? "")?.[1] ?? "";
});
test.afterAll(async () => {
  await server?.stop();
  await rm(base, { recursive: true, force: true });
});

/** An uncompressed picture of noise, which no other call makes, as a file. */
async function scene(name: string, side: number): Promise<{ path: string; sha256: string; bytes: number }> {
  const noise = { type: "gaussian", mean: 128, sigma: 40 } as const;
  const bytes = await sharp({ create: { width: side, height: side, channels: 3, background: "#888", noise } })
    .tiff({ compression: "none" })
    .toBuffer();
  const path = join(base, name);
  await writeFile(path, bytes);
  return { path, sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.length };
}

/** A line on which a picture of 30 MB takes some seconds. */
async function slowDown(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 5,
    downloadThroughput: -1,
    uploadThroughput: 4_000_000,
  });
}

/** Bytes that the server has of the upload that is furthest. */
async function arrived(): Promise<number> {
  const folder = join(server.dataDir, "blobs", ".uploads");
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        (found) => found.size,
        () => 0,
      ),
    ),
  );
  return Math.max(0, ...sizes);
}

/** Opens the library, on a line on which a picture of 30 MB takes some seconds. */
async function openLibrary(page: Page, origin = new URL(server.url).origin): Promise<void> {
  await page.context().addCookies([{ name: "tessera_session", value: session, url: origin }]);
  await page.goto(origin);
  await slowDown(page);
}

async function hashOfImage(name: string): Promise<string | undefined> {
  const { items } = await (await server.api("viewer")).get<{ items: { name: string; sha256: string }[] }>(
    `/api/v1/images?q=${name}`,
  );
  return items[0]?.sha256;
}

test("a file survives a killed server and a reload of the page", async ({ page }) => {
  const { path, sha256, bytes } = await scene("killed.tif", 3200);
  await openLibrary(page);
  await page.getByLabel("Pictures to add").setInputFiles(path);
  await expect.poll(arrived).toBeGreaterThan(3_000_000);

  await killServer(server);
  await expect(page.getByText("It goes on by itself once it can.")).toBeVisible();
  const before = await arrived();
  server = await startServer({ dataDir: join(base, "data"), args: ["--port", port] });
  expect(before).toBeGreaterThan(0);
  await expect.poll(arrived, { timeout: 60_000 }).toBeGreaterThan(before);
  await expect(page.getByText("It goes on by itself once it can.")).toBeHidden();

  await page.reload();
  await expect(page.getByText("interrupted")).toBeVisible();
  const atReload = await arrived();
  expect(atReload).toBeLessThan(bytes);
  await page.screenshot({ path: "test-results/upload-interrupted.png" });
  await page.getByLabel("Choose killed.tif again").setInputFiles(path);
  await expect(page.getByText("in the library")).toBeVisible({ timeout: 60_000 });
  expect(await hashOfImage("killed.tif")).toBe(sha256);
});

test("a file goes on by itself where the network is lost and comes back", async ({ page }) => {
  const { path, sha256 } = await scene("offline.tif", 2600);
  const line = await openLine(Number(port));
  await openLibrary(page, line.url);
  await page.getByLabel("Pictures to add").setInputFiles(path);
  await expect.poll(arrived).toBeGreaterThan(2_000_000);

  await line.cut();
  await expect(page.getByText("It goes on by itself once it can.")).toBeVisible({ timeout: 60_000 });
  const kept = await arrived();
  expect(kept).toBeGreaterThan(0);
  await line.mend();
  await expect(page.getByText("in the library")).toBeVisible({ timeout: 60_000 });
  expect(await hashOfImage("offline.tif")).toBe(sha256);
  await line.cut();
});

test("a folder brings what is in it and below it, several at once", async ({ page }) => {
  const folder = join(base, "survey");
  await mkdir(join(folder, "north"), { recursive: true });
  const files = await Promise.all(
    ["survey/south.tif", "survey/north/east.tif", "survey/north/west.tif"].map((name) => scene(name, 300)),
  );
  await openLibrary(page);
  await page.getByLabel("Folder to add").setInputFiles(folder);
  for (const [index, name] of ["south.tif", "east.tif", "west.tif"].entries()) {
    await expect.poll(() => hashOfImage(name), { timeout: 60_000 }).toBe(files[index]?.sha256);
  }
});

test("commands that add pictures at the same time all get theirs", async () => {
  const files = await Promise.all([0, 1, 2, 3].map((number) => scene(`parallel-${number}.tif`, 300)));
  const answers = await Promise.all(
    [files.slice(0, 2), files.slice(2)].map((some) =>
      tessera(server.dataDir, ["ingest", ...some.map(({ path }) => path), "--json"]),
    ),
  );
  const images = answers.flatMap(({ stdout }) => JSON.parse(stdout));
  expect(answers.map(({ code }) => code)).toEqual([0, 0]);
  expect(images.map(({ state, sha256 }) => [state, sha256])).toEqual(files.map(({ sha256 }) => ["ready", sha256]));
});
