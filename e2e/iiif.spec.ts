import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import sharp from "sharp";
import { type RunningServer, startServer } from "#e2e/support/server.ts";
import { projectRoot } from "#lib/config/paths.ts";

test.describe.configure({ mode: "serial" });

const PAGE = `<!doctype html><title>Another site</title><div id="viewer" style="width:600px;height:400px"></div>
<script src="/openseadragon.js"></script>`;

let server: RunningServer;
let dataDir: string;
let elsewhere: Server;
let elsewhereUrl: string;
let imageId: string;

/** 1500 × 1000 px: left half red, right half blue. */
async function halves(): Promise<Buffer> {
  const red = await sharp({ create: { width: 750, height: 1000, channels: 3, background: "#d02020" } })
    .png()
    .toBuffer();
  return sharp({ create: { width: 1500, height: 1000, channels: 3, background: "#2020d0" } })
    .composite([{ input: red, left: 0, top: 0 }])
    .jpeg({ quality: 90 })
    .toBuffer();
}

test.beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tessera-iiif-"));
  server = await startServer({ dataDir });
  const image = await server.upload("halves.jpg", await halves());
  expect(image.state).toBe("ready");
  imageId = image.id;
  const script = await readFile(
    join(projectRoot(), "node_modules/openseadragon/build/openseadragon/openseadragon.min.js"),
  );
  elsewhere = createServer((request, response) => {
    if (request.url === "/") response.setHeader("content-type", "text/html").end(PAGE);
    else if (request.url === "/openseadragon.js") response.setHeader("content-type", "text/javascript").end(script);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
  const address = elsewhere.address();
  elsewhereUrl = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
});

test.afterAll(async () => {
  await new Promise((resolve) => elsewhere?.close(resolve));
  await server?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

test("a viewer of another site opens an image by a link, and no longer once it is revoked", async ({ page }) => {
  const owner = await server.api("owner");
  const link = await owner.post<{ id: string; path: string }>(`/api/v1/images/${imageId}/links`, {
    name: "a colleague",
  });
  expect(server.output()).not.toContain("tsi_");

  const asked: string[] = [];
  page.on("response", (response) => {
    const url = new URL(response.url());
    if (url.origin === server.url) asked.push(`${response.status()} ${url.pathname.replace(/tsi_[\w-]+/, "LINK")}`);
  });
  await page.goto(elsewhereUrl);
  /** Colours of the picture at a quarter and three quarters of its width, as the viewer of that page has drawn them. */
  const open = (address: string) =>
    page.evaluate(async (info) => {
      const { OpenSeadragon } = window as unknown as { OpenSeadragon: typeof import("openseadragon") };
      const viewer = OpenSeadragon({
        id: "viewer",
        drawer: "canvas",
        crossOriginPolicy: "Anonymous",
        showNavigationControl: false,
        immediateRender: true,
      });
      const opened = new Promise<string>((resolve) => {
        viewer.addOnceHandler("open", () => resolve("opened"));
        viewer.addOnceHandler("open-failed", () => resolve("failed"));
      });
      viewer.open({ tileSource: info });
      if ((await opened) === "failed") return null;
      const { x: width, y: height } = viewer.world.getItemAt(0).getContentSize();
      const item = viewer.world.getItemAt(0);
      if (!item.getFullyLoaded()) await new Promise<void>((resolve) => item.whenFullyLoaded(() => resolve()));
      viewer.forceRedraw();
      await new Promise((resolve) => setTimeout(resolve, 500));
      const canvas = document.querySelector("#viewer canvas") as HTMLCanvasElement;
      const context = canvas.getContext("2d");
      const at = (share: number) => [
        ...(context?.getImageData(Math.round(canvas.width * share), Math.round(canvas.height / 2), 1, 1).data ?? []),
      ];
      return { width, height, left: at(0.25), right: at(0.75) };
    }, address);

  const seen = await open(server.url + link.path);
  expect(seen).toMatchObject({ width: 1500, height: 1000 });
  expect(seen?.left[0]).toBeGreaterThan(180);
  expect(seen?.left[2]).toBeLessThan(80);
  expect(seen?.right[2]).toBeGreaterThan(180);
  expect(asked[0]).toBe("200 /iiif/3/LINK/info.json");
  expect(asked.slice(1)).toContain("200 /iiif/3/LINK/0,0,1024,1000/512,500/0/default.jpg");
  expect(asked.every((line) => line.startsWith("200 "))).toBe(true);

  const revoked = await owner.fetch(`/api/v1/images/${imageId}/links/${link.id}`, { method: "DELETE" });
  expect(revoked.status).toBe(204);
  expect(await open(server.url + link.path)).toBeNull();
  expect(asked.at(-1)).toBe("404 /iiif/3/LINK/info.json");
  expect(await open(`${server.url}/iiif/3/${imageId}/info.json`)).toBeNull();
});

test("only an owner makes links, and a picture that is asked for in vain is a problem in JSON", async () => {
  const operator = await server.api("operator");
  const refused = await operator.fetch(`/api/v1/images/${imageId}/links`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"name":"mine"}',
  });
  expect(refused.status).toBe(404);
  const wrong = await operator.fetch(`/iiif/3/${imageId}/full/max/0/default.exe`);
  expect([wrong.status, wrong.headers.get("content-type")]).toEqual([400, "application/problem+json"]);
  expect(wrong.headers.get("x-content-type-options")).toBe("nosniff");
  const base = await operator.fetch(`/iiif/3/${imageId}`, { redirect: "manual" });
  expect([base.status, base.headers.get("location")]).toEqual([303, `${server.url}/iiif/3/${imageId}/info.json`]);
});
