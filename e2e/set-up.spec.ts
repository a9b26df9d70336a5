import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { acquireEmbeddedServer } from "#db/embedded/server.ts";
import { connectTo, killServer, startServer, tessera } from "#e2e/support/server.ts";

let base: string;
test.beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "tessera-setup-"));
});
test.afterEach(async () => {
  await rm(base, { recursive: true, force: true });
});

test("the printed link signs the owner in, once", async ({ page, context }) => {
  const server = await startServer({ dataDir: base });
  await page.goto(server.signInLink);
  await expect(page).toHaveURL(`${server.url}/`);
  await expect(page.getByRole("banner")).toBeVisible();
  await context.clearCookies();
  await page.goto(server.signInLink);
  await expect(page).toHaveURL(/sign-in/);
  await server.stop();
});

test("pages run Next's scripts and no others, and no page breaks the policy", async ({ page }) => {
  const server = await startServer({ dataDir: base });
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (/content security policy/i.test(message.text())) complaints.push(message.text());
  });
  for (const path of ["/sign-in", "/nothing/here", server.signInLink.slice(server.url.length)]) {
    await page.goto(`${server.url}${path}`);
    await expect(page.locator("body")).toBeVisible();
  }
  expect(complaints).toEqual([]);
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.planted = true";
    document.body.append(script);
    return "planted" in window;
  });
  expect(ran).toBe(false);
  await server.stop();
});

test("stopped in order it leaves nothing running, and the next start keeps all data", async () => {
  const server = await startServer({ dataDir: base });
  await (await server.api("owner")).post("/api/v1/collections", { name: "Survey" });
  await server.stop();
  await expect(connectTo(base)).rejects.toThrow();
  const again = await startServer({ dataDir: base });
  const { items } = await (await again.api("viewer")).get<{ items: { name: string }[] }>("/api/v1/collections");
  expect(items.map((collection) => collection.name)).toContain("Survey");
  await again.stop();
});

test("a Postgres and locks that a kill left behind are taken over", async () => {
  const server = await startServer({ dataDir: base });
  await killServer(server);
  const database = await connectTo(base);
  await database.end();
  const again = await startServer({ dataDir: base });
  await again.stop();
  await expect(connectTo(base)).rejects.toThrow();
});

test("a second web on the same data folder, and a taken port, get one clear line each", async () => {
  const server = await startServer({ dataDir: base });
  const second = await tessera(base, ["serve", "--port", "0"]);
  expect(second.code).not.toBe(0);
  expect(second.stderr.trim().split("\n")).toHaveLength(1);
  expect(second.stderr).toContain("already serves");
  const port = new URL(server.url).port;
  const taken = await tessera(join(base, "other"), ["serve", "--port", port]);
  expect(taken.code).not.toBe(0);
  expect(taken.stderr.trim().split("\n")).toHaveLength(1);
  expect(taken.stderr).toContain(`port ${port} is taken`);
  await server.stop();
});

test("every broken environment variable gets one clear line, and no value is shown", async () => {
  const env = { DATABASE_URL: "mysql://u:secret@h/db", TESSERA_MAX_PIXELS: "many" };
  const { code, stderr } = await tessera(base, ["serve"], { env });
  expect(code).not.toBe(0);
  expect(stderr.trim().split("\n")).toHaveLength(2);
  expect(stderr).toContain("DATABASE_URL");
  expect(stderr).toContain("TESSERA_MAX_PIXELS");
  expect(stderr).not.toContain("secret");
});

test("a data folder that cannot be made is named in one line", async () => {
  const { code, stderr } = await tessera("/proc/tessera", ["serve", "--port", "0"]);
  expect(code).not.toBe(0);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(stderr).toContain("/proc/tessera");
});

test("an external Postgres is used by DATABASE_URL, with the same migrations", async () => {
  await chmod(base, 0o755);
  const external = await acquireEmbeddedServer(join(base, "external"));
  const server = await startServer({ dataDir: join(base, "data"), env: { DATABASE_URL: external.url } });
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  await server.stop();
  await external.release();
});
