import { createHash } from "node:crypto";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { noisePicture } from "#e2e/support/pictures.ts";
import { startServer, tessera } from "#e2e/support/server.ts";

test("backup, an emptied machine, restore: the same images, findings, decisions and sign-ins", async () => {
  const base = await mkdtemp(join(tmpdir(), "tessera-backup-"));
  const [first, second, backup] = [join(base, "first"), join(base, "second"), join(base, "backup")];
  await chmod(base, 0o755);
  let server = await startServer({ dataDir: first });
  const token = JSON.parse((await tessera(first, ["token", "create", "--role", "owner", "--json"])).stdout).token;
  const call = async (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${server.url}${path}`, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } });
  const read = async (path: string) => (await call(path)).json();
  const post = async (path: string, body: unknown, method = "POST", headers = {}) =>
    (
      await call(path, {
        method,
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      })
    ).json();

  const image = await server.upload("field.jpg", await noisePicture(700, 500));
  const drawn = await post("/api/v1/findings", { imageId: image.id, box: [10, 20, 30, 40], label: "barn" });
  await post(`/api/v1/findings/${drawn.id}`, { review: "accepted" }, "PATCH", { "if-match": `"${drawn.version}"` });
  await post(`/api/v1/findings/${drawn.id}/comments`, { text: "seen from the road" });
  const run = await post(`/api/v1/images/${image.id}/runs`, { preset: "general" });
  await expect.poll(async () => (await read(`/api/v1/runs/${run.id}`)).state, { timeout: 60_000 }).toBe("completed");

  const snapshot = async () => ({
    images: await read("/api/v1/images"),
    findings: await read(`/api/v1/images/${image.id}/findings`),
    comments: await read(`/api/v1/findings/${drawn.id}/comments`),
    history: await read(`/api/v1/findings/${drawn.id}/history`),
    run: await read(`/api/v1/runs/${run.id}`),
    tile: createHash("sha256")
      .update(Buffer.from(await (await call(`/api/v1/images/${image.id}/tiles/0/0/0.jpg`)).arrayBuffer()))
      .digest("hex"),
  });
  const before = await snapshot();
  expect(before.findings.items).toHaveLength(1 + before.run.findings);

  const written = await tessera(first, ["backup", backup]);
  expect(written).toMatchObject({ code: 0 });
  await server.stop();
  await rm(first, { recursive: true, force: true });

  expect(await tessera(second, ["restore", backup])).toMatchObject({ code: 0 });
  const again = await tessera(second, ["restore", backup]);
  expect(again.code).toBe(2);
  expect(again.stderr.trim().split("\n")).toHaveLength(1);
  server = await startServer({ dataDir: second });
  expect(await snapshot()).toEqual(before);

  // New work finds its place after the old: sequences stand beyond what was restored.
  const next = await post("/api/v1/findings", { imageId: image.id, box: [1, 2, 3, 4], label: "shed" });
  expect(next.id).toBeTruthy();
  await server.stop();

  const manifest = join(backup, "manifest.json");
  const { blobs } = JSON.parse(await readFile(manifest, "utf8"));
  await writeFile(join(backup, "blobs", blobs[0].key), "damaged");
  const damaged = await tessera(join(base, "third"), ["restore", backup]);
  expect(damaged.code).toBe(2);
  expect(damaged.stderr).toContain("damaged");
  await rm(base, { recursive: true, force: true });
});
