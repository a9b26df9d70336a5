import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import sharp from "sharp";
import { environmentFor, killServer, type RunningServer, startServer, TESSERA, tessera } from "#e2e/support/server.ts";

/** A large picture on its way through what happens to uploads: a slow line, a killed server, a reloaded page, a person's hand. */

test.describe.configure({ mode: "serial" });
test.setTimeout(240_000);

let base: string;
let server: RunningServer;
let port: string;
/** The owner's, from the one link there is. */
let session: string;
let env: Record<string, string>;

test.beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "tessera-upload-"));
  await mkdir(join(base, "import", "2026"), { recursive: true });
  env = { TESSERA_IMPORT_DIR: join(base, "import") };
  server = await startServer({ dataDir: join(base, "data"), env });
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

/** A line to the server that can be cut, or cuts itself after so many bytes: what is on it is lost, and nobody gets through. */
async function openLine(to: number, cutAfterBytes = Number.POSITIVE_INFINITY) {
  let sent = 0;
  const open = new Set<Socket>();
  let whole = true;
  const line = createServer((near) => {
    if (!whole) return near.destroy();
    const far = connect(to, "127.0.0.1");
    for (const end of [near, far]) {
      open.add(end);
      end.on("close", () => open.delete(end));
      end.on("error", () => near.destroy());
    }
    near.on("data", (piece) => {
      sent += piece.length;
      if (sent > cutAfterBytes) cut();
    });
    return near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => line.listen(0, "127.0.0.1", resolve));
  const cut = (): void => {
    whole = false;
    for (const end of open) end.destroy();
  };
  return {
    url: `http://127.0.0.1:${(line.address() as AddressInfo).port}`,
    isWhole: () => whole,
    cut,
    mend: () => {
      sent = Number.NEGATIVE_INFINITY;
      whole = true;
    },
    close: () => {
      cut();
      return new Promise((resolve) => line.close(resolve));
    },
  };
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
  server = await startServer({ dataDir: join(base, "data"), env, args: ["--port", port] });
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

test("a file goes on by itself when the network is back", async ({ page }) => {
  const { path, sha256 } = await scene("offline.tif", 3600);
  const line = await openLine(Number(port));
  await openLibrary(page, line.url);
  await page.getByLabel("Pictures to add").setInputFiles(path);
  await expect.poll(arrived).toBeGreaterThan(2_000_000);
  line.cut();
  await expect(page.getByText("The server cannot be reached. It goes on by itself once it can.")).toBeVisible();
  line.mend();
  await expect(page.getByText("in the library")).toBeVisible({ timeout: 60_000 });
  expect(await hashOfImage("offline.tif")).toBe(sha256);
  await line.close();
});

test("another file, or the same one with other bytes, is not taken for the one that was sent", async ({ page }) => {
  const { path, bytes } = await scene("changed.tif", 2400);
  const when = new Date(1_700_000_000_000);
  await utimes(path, when, when);
  await openLibrary(page);
  await page.getByLabel("Pictures to add").setInputFiles(path);
  await expect.poll(arrived).toBeGreaterThan(2_000_000);
  await page.reload();
  const again = page.getByLabel("Choose changed.tif again");

  await again.setInputFiles((await scene("other.tif", 100)).path);
  await expect(page.getByText("That is another file.")).toBeVisible();
  // The same size and date, and other bytes from the first on: only the hash can tell.
  await writeFile(path, Buffer.alloc(bytes, 7));
  await utimes(path, when, when);
  await again.setInputFiles(path);
  await expect(page.getByText("what arrived is not what was sent")).toBeVisible({ timeout: 60_000 });
  expect(await arrived()).toBe(0);
  expect(await hashOfImage("changed.tif")).toBeUndefined();
});

test("files of a folder go in parallel, each paused and cancelled by itself", async ({ page }) => {
  const folder = join(base, "survey");
  await mkdir(folder);
  const pictures = await Promise.all(
    ["survey/north.tif", "survey/east.tif", "survey/south.tif"].map((name) => scene(name, 1600)),
  );
  await writeFile(join(folder, "notes.txt"), "not a picture");
  await openLibrary(page);
  await page.getByLabel("Folder to add").setInputFiles(folder);
  await expect(page.getByText("1 file of the folder does not look like a picture.")).toBeVisible();
  await expect(page.getByRole("progressbar")).toHaveCount(3);
  await page.getByRole("button", { name: "Pause north.tif" }).click();
  await page.getByRole("button", { name: "Cancel east.tif" }).click();
  await expect(page.getByText("paused")).toBeVisible();
  await page.screenshot({ path: "test-results/upload-folder.png" });
  await expect(page.getByText("in the library")).toHaveCount(1, { timeout: 60_000 });
  await page.getByRole("button", { name: "Go on with north.tif" }).click();
  await expect(page.getByText("in the library")).toHaveCount(2, { timeout: 60_000 });
  expect(await hashOfImage("north.tif")).toBe(pictures[0]?.sha256);
  expect(await hashOfImage("south.tif")).toBe(pictures[2]?.sha256);
  expect(await hashOfImage("east.tif")).toBeUndefined();
  expect(await arrived()).toBe(0);
});

test("the command line goes on with what an earlier call had sent", async () => {
  const { path, sha256, bytes } = await scene("by-command.tif", 3600);
  const line = await openLine(Number(port), 12_000_000);
  const { stdout } = await tessera(server.dataDir, ["token", "create", "--role", "operator", "--json"]);
  const { token } = JSON.parse(stdout);
  const args = ["upload", path, "--server", line.url, "--collection", "Survey", "--json"];
  const elsewhere = { ...environmentFor(join(base, "elsewhere"), {}), TESSERA_TOKEN: token };

  const first = spawn(TESSERA, args, { env: elsewhere });
  const ended = new Promise((resolve) => first.once("close", resolve));
  await expect.poll(line.isWhole).toBe(false);
  first.kill("SIGKILL");
  await ended;
  line.mend();
  const listed = await fetch(`${line.url}/api/v1/uploads`, { headers: { authorization: `Bearer ${token}` } });
  const { items } = await listed.json();
  expect(items).toHaveLength(1);
  expect(items[0].offset).toBeGreaterThan(5_000_000);
  expect(items[0].offset).toBeLessThan(bytes);

  const second = await tessera(join(base, "elsewhere"), args, { env: { TESSERA_TOKEN: token } });
  expect([second.code, second.stderr]).toEqual([0, ""]);
  expect(JSON.parse(second.stdout)).toMatchObject([{ name: "by-command.tif", sha256 }]);
  const became = await fetch(`${line.url}/api/v1/uploads/${items[0].id}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(await became.json()).toMatchObject({ state: "stored", imageId: JSON.parse(second.stdout)[0].id });
  await line.close();

  const wrong = await tessera(join(base, "elsewhere"), args, { env: { TESSERA_TOKEN: "tsr_nonsense" } });
  expect([wrong.code, wrong.stderr.split("\n").length]).toEqual([2, 2]);
});

test("files of the import folder are added where they lie, by the dialog and by the command line", async ({ page }) => {
  const { path, sha256 } = await scene("import/2026/mounted.tif", 700);
  const blobs = (): Promise<string[]> => readdir(join(server.dataDir, "blobs", "originals"), { recursive: true });
  const before = await blobs();
  await openLibrary(page);
  await page.getByRole("button", { name: "From the import folder" }).click();
  await page.getByRole("button", { name: "2026" }).click();
  await page.getByRole("checkbox", { name: /mounted.tif/ }).check();
  await page.screenshot({ path: "test-results/import-folder.png" });
  await page.getByRole("button", { name: "Add 1 file" }).click();
  const card = page.getByRole("article").filter({ hasText: "mounted.tif" });
  await expect(card.getByText("Not analysed yet")).toBeVisible({ timeout: 60_000 });
  expect(await hashOfImage("mounted.tif")).toBe(sha256);

  const other = await scene("import/2026/by-hand.tif", 701);
  const ingested = await tessera(server.dataDir, ["ingest", other.path, "--json"], { env });
  expect(JSON.parse(ingested.stdout)).toMatchObject([{ importPath: "2026/by-hand.tif", state: "ready" }]);
  expect(await blobs()).toEqual(before);

  await rename(path, `${path}.away`);
  await page.reload();
  await expect(card.getByText("its file 2026/mounted.tif is no longer in the import folder")).toBeVisible();
});
