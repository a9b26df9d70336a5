import { describe, expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { authenticate } from "../access/authenticate.ts";
import { createImageLink, endImageLink } from "../links/image-links.ts";
import { HOST, iiifFixture } from "./iiif-fixture.ts";
import { PICTURE_ROUTES } from "./picture-routes.ts";

const { fixture, ask, askIiif } = iiifFixture();

/** So many findings of the chart, one of them a polygon, one rejected. */
async function find(count: number): Promise<void> {
  await pool().query(
    `INSERT INTO findings (id, image_id, x, y, width, height, geometry, label, score, source, review)
      SELECT gen_random_uuid(), $1, n, 20, 30, 40,
          CASE WHEN n = 1 THEN '{"type":"Polygon","coordinates":[[[1,1],[9,1],[1,9],[1,1]]]}'::jsonb END,
          'car', 0.5, 'model', CASE WHEN n = 2 THEN 'rejected' ELSE 'unreviewed' END FROM generate_series(1, $2::int) n`,
    [fixture.imageId, count],
  );
}

describe("the manifest", () => {
  it("has a canvas a page, painted by the Image API, and the way to its findings", async () => {
    const manifest = await (await askIiif(`${fixture.imageId}/manifest.json`)).json();
    const service = `http://${HOST}/iiif/3/${fixture.imageId}~0`;
    expect(manifest).toMatchObject({
      "@context": "http://iiif.io/api/presentation/3/context.json",
      id: `http://${HOST}/iiif/3/${fixture.imageId}/manifest.json`,
      type: "Manifest",
      label: { none: ["chart.jpg"] },
      items: [{ type: "Canvas", width: 1000, height: 1000, annotations: [{ id: `${service}/annotations.json` }] }],
    });
    const [painting] = manifest.items[0].items[0].items;
    expect(painting).toMatchObject({ motivation: "painting", target: `${service}/canvas` });
    expect(painting.body.service).toEqual([{ id: service, type: "ImageService3", profile: "level2" }]);
    const picture = await askIiif(painting.body.id.split("/iiif/3/")[1]);
    expect(picture.headers.get("content-type")).toBe("image/jpeg");
  });

  it("leads to all findings that nobody rejected, as annotations of the canvas, some thousands at a time", async () => {
    await find(5003);
    let address = `${fixture.imageId}~0/annotations.json`;
    const items: { target: { selector: { value: string } } }[] = [];
    for (const expected of [5000, 2]) {
      const page = await (await askIiif(address)).json();
      expect(page.items).toHaveLength(expected);
      items.push(...page.items);
      address = page.next?.split("/iiif/3/")[1];
    }
    expect(address).toBeUndefined();
    expect(items.map(({ target }) => target.selector.value)).toContain("xywh=3,20,30,40");
    expect(items.filter(({ target }) => target.selector.value.startsWith("<svg"))).toHaveLength(1);
    expect(items[0]).toMatchObject({ target: { source: `http://${HOST}/iiif/3/${fixture.imageId}~0/canvas` } });
  });
});

describe("a link", () => {
  it("shows just what it was made for: the picture alone, or its findings too, until it is revoked", async () => {
    const request = { name: "a colleague", expiresInSeconds: 600 };
    const alone = await createImageLink(fixture.imageId, request, "test");
    const both = await createImageLink(fixture.imageId, { ...request, findings: true }, "test");
    const askBy = (link: typeof both, rest: string) => {
      return askIiif(`${link.path?.split("/")[3]}${rest}`, { anonymous: true });
    };
    for (const link of [alone, both]) {
      expect(link.manifestPath).toMatch(/^\/iiif\/3\/tsi_[\w-]+\/manifest\.json$/);
      expect((await askBy(link, "~0/full/50,/0/default.jpg")).status).toBe(200);
    }
    expect((await (await askBy(alone, "/manifest.json")).json()).items[0]).not.toHaveProperty("annotations");
    expect((await askBy(alone, "~0/annotations.json")).status).toBe(404);
    const [{ annotations }] = (await (await askBy(both, "/manifest.json")).json()).items;
    expect((await askIiif(annotations[0].id.split("/iiif/3/")[1], { anonymous: true })).status).toBe(200);
    expect((await askBy(both, "~1/annotations.json")).status).toBe(404);

    await endImageLink(fixture.imageId, both.id, "test");
    for (const rest of ["/manifest.json", "~0/annotations.json", "/info.json"]) {
      expect((await askBy(both, rest)).status).toBe(404);
    }
  });

  it("opens nothing else: not as a token of the API, nor another image", async () => {
    const link = await createImageLink(fixture.imageId, { name: "x", expiresInSeconds: 600, findings: true }, "test");
    const token = link.path?.split("/")[3] ?? "";
    const headers = { authorization: `Bearer ${token}` };
    expect(await authenticate(new Headers(headers))).toBeNull();
    for (const { kind, path } of PICTURE_ROUTES) {
      const address = path.replace(/\{(?:imageId|identifier)\}/, fixture.imageId).replaceAll(/\{\w+\}/g, "0");
      expect((await ask(address, { headers, anonymous: true })).status, `${kind} ${path}`).toBe(401);
    }
  });
});
