import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import sharp from "sharp";
import { killServer, type RunningServer, startServer } from "#e2e/support/server.ts";

/** A large picture on its way over a slow line, through a killed server and a reloaded page. */

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
async function openLibrary(page: Page): Promise<void> {
  const { origin } = new URL(server.url);
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
