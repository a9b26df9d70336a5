import { glob } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { projectRoot } from "#lib/config/paths.ts";
import type { ImageLink } from "#lib/core/api/links.ts";
import { newFindingSchema } from "#lib/core/detection/finding.ts";
import { processWide } from "#lib/process-wide.ts";
import { drawFinding } from "../findings/draw-finding.ts";
import { iiifFixture } from "../pictures/iiif-fixture.ts";
import { PICTURE_ROUTES } from "../pictures/picture-routes.ts";
import { reportedRun } from "../reports/report-fixture.ts";
import { createImageLink, endImageLink } from "./image-links.ts";
import { readSharedReport } from "./shared-report.ts";
import { readSharedView } from "./shared-view.ts";

const { fixture, ask } = iiifFixture();

const DAY = 86_400;
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;
/** Open to all, whoever they are; `sign-in/verify` asks for a secret of its own, and `session` ends one's own session. */
const OPEN = new Set(["healthz", "readyz", "sign-in/verify"]);
const SHARED = "shared/[token]/pdf";

let runId: string;
let links: Record<"image" | "view" | "viewOfRun" | "report", ImageLink>;
beforeAll(async () => {
  ({ runId } = await reportedRun(fixture.imageId));
  const make = (more: object) =>
    createImageLink(fixture.imageId, { name: "guest", expiresInSeconds: DAY, ...more }, "test");
  links = {
    image: await make({}),
    view: await make({ view: { page: 0, region: [100, 100, 200, 150] }, findings: true }),
    viewOfRun: await make({ view: { page: 0, region: [100, 100, 200, 150] }, findings: true, run: runId }),
    report: await make({ run: runId }),
  };
});

const tokenOf = (link: ImageLink): string => /tsi_[\w-]{72}/.exec(link.path ?? link.sharedPath ?? "")?.[0] ?? "";

/** A stream of bad credentials is answered with 429, whatever the route: each is to be the first. */
function forgiveBadAttempts(): void {
  processWide("bad-attempts", () => ({ startMs: 0, count: 0 })).count = 0;
}

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;

async function routes(): Promise<{ name: string; methods: [string, Handler][] }[]> {
  const app = join(projectRoot(), "app");
  const found: { name: string; methods: [string, Handler][] }[] = [];
  for await (const file of glob("**/route.ts", { cwd: app })) {
    if (file.includes(".well-known")) continue;
    const module: Record<string, unknown> = await import(join(app, file));
    const methods = METHODS.flatMap((method): [string, Handler][] => {
      const handler = module[method];
      return typeof handler === "function" ? [[method, (...call) => handler(...call)]] : [];
    });
    found.push({ name: file.replace(/\/route\.ts$/, ""), methods });
  }
  return found;
}

/** What a route's parameters may be for who has a link: the link itself wherever an id is asked for, or the true ids. */
function paramsOf(name: string, token: string): Record<string, string>[] {
  const names = [...name.matchAll(/\[(\w+)\]/g)].map((match) => match[1] ?? "");
  const true_ = { imageId: fixture.imageId, runId } as Record<string, string>;
  return [
    Object.fromEntries(names.map((each) => [each, token])),
    Object.fromEntries(names.map((each) => [each, true_[each] ?? token])),
  ];
}

describe("who has a link", () => {
  it("opens no route of the application with it but the report that it shares", async () => {
    const all = await routes();
    expect(all.length).toBeGreaterThan(60);
    for (const [kind, link] of Object.entries(links)) {
      const token = tokenOf(link);
      const credentials: Record<string, string>[] = [
        {},
        { authorization: `Bearer ${token}` },
        { cookie: `tessera_session=${token}` },
      ];
      for (const { name, methods } of all) {
        if (OPEN.has(name)) continue;
        for (const [method, handler] of methods) {
          for (const params of paramsOf(name, token)) {
            for (const headers of credentials) {
              const request = new Request(`http://127.0.0.1/x?token=${token}`, { method, headers });
              forgiveBadAttempts();
              const response = await handler(request, { params: Promise.resolve(params) });
              await response.body?.cancel();
              if (name === SHARED && kind === "report" && params["token"] === token) expect(response.status).toBe(200);
              else
                expect([kind, method, name, [401, 404].includes(response.status), response.status]).toEqual([
                  kind,
                  method,
                  name,
                  true,
                  response.status,
                ]);
            }
          }
        }
      }
    }
  });

  it("sees pictures by IIIF of an image that was shared as a whole, and none of a view or report", async () => {
    for (const { path, kind } of PICTURE_ROUTES) {
      for (const [shared, link] of Object.entries(links)) {
        const token = tokenOf(link);
        const parts: Record<string, string> = {
          ...{ identifier: token, imageId: fixture.imageId, level: "0", x: "0", tile: "0.jpg" },
          ...{ region: "0,0,50,50", size: "max", rotation: "0", file: "default.jpg" },
        };
        const address = path.replace(/\{(\w+)\}/g, (_, name: string) => parts[name] ?? "");
        const { status } = await ask(address, { anonymous: true });
        const isAllowed = kind === "iiif" && shared === "image" && !path.endsWith("annotations.json");
        if (isAllowed) expect([address, [200, 303].includes(status)]).toEqual([address, true]);
        else expect([address, [401, 404].includes(status)]).toEqual([address, true]);
        forgiveBadAttempts();
        const withToken = await ask(address, { anonymous: true, headers: { authorization: `Bearer ${token}` } });
        if (!isAllowed) expect([address, [401, 404].includes(withToken.status)]).toEqual([address, true]);
      }
    }
  });
});

describe("what is shared", () => {
  it("is the report with its pictures in it", async () => {
    const { report, pictures } = await readSharedReport(tokenOf(links.report));
    expect(report).toMatchObject({ runId, imageId: fixture.imageId });
    expect(pictures.size).toBe(25);
    expect([...pictures.values()].every((address) => address.startsWith("data:image/jpeg;base64,"))).toBe(true);
  });

  it("is a view with the findings of one run, and not its report", async () => {
    const token = tokenOf(links.viewOfRun);
    expect(links.viewOfRun.sharedPath).toContain("/view");
    await drawFinding(
      newFindingSchema.parse({ imageId: fixture.imageId, box: [150, 150, 20, 20], label: "drawn" }),
      "test",
    );
    const legend = async (link: ImageLink) => (await readSharedView(tokenOf(link))).legend.map(({ text }) => text);
    expect(await legend(links.view)).toContain("drawn (1)");
    expect(await legend(links.viewOfRun)).not.toContain("drawn (1)");
    await expect(readSharedReport(token)).rejects.toMatchObject({ code: "not-found" });
  });

  it("is the view: its part of the picture, and what touches it", async () => {
    const view = await readSharedView(tokenOf(links.view));
    expect(view).toMatchObject({ width: 200, height: 150 });
    const { rows } = await pool().query(
      `SELECT count(*)::int AS count FROM findings WHERE image_id = $1 AND review <> 'rejected' AND deleted_at IS NULL
        AND box && box(point(100, 100), point(300, 250))`,
      [fixture.imageId],
    );
    expect(view.marks.marks).toHaveLength(rows[0].count);
  });

  it("is nothing for a link of another kind, a forged, an expired or a revoked one", async () => {
    await expect(readSharedReport(tokenOf(links.view))).rejects.toMatchObject({ code: "not-found" });
    await expect(readSharedView(tokenOf(links.image))).rejects.toMatchObject({ code: "not-found" });
    const good = tokenOf(links.report);
    const forged = good.slice(0, -2) + (good.at(-2) === "A" ? "B" : "A") + good.slice(-1);
    await expect(readSharedReport(forged)).rejects.toMatchObject({ code: "not-found" });
    await pool().query("UPDATE image_links SET expires_at = now() - interval '1 second' WHERE id = $1", [
      links.view.id,
    ]);
    await endImageLink(fixture.imageId, links.report.id, "test");
    await expect(readSharedView(tokenOf(links.view))).rejects.toMatchObject({ code: "not-found" });
    await expect(readSharedReport(good)).rejects.toMatchObject({ code: "not-found" });
  });

  it("lies within the image, and is a run of it", async () => {
    const make = (more: object) =>
      createImageLink(fixture.imageId, { name: "x", expiresInSeconds: DAY, ...more }, "test");
    await expect(make({ view: { page: 0, region: [900, 0, 200, 10] } })).rejects.toMatchObject({ code: "bad-input" });
    await expect(make({ run: links.image.id })).rejects.toMatchObject({ code: "bad-input" });
  });
});
