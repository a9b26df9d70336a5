import { describe, expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { deleteImage } from "../images/change-image.ts";
import { createImageLink, endImageLink, readImageLinks } from "../links/image-links.ts";
import { HOST, iiifFixture } from "./iiif-fixture.ts";

const { fixture, askIiif } = iiifFixture();

describe("identifiers", () => {
  it("name nothing where there is nothing", async () => {
    const other = "01890000-0000-7000-8000-000000000000";
    for (const name of [
      other,
      "a%2Fb",
      "[frob]",
      "%zz",
      `${fixture.imageId}~7`,
      `${fixture.imageId}~x`,
      `${fixture.imageId}~0~0`,
      "tsi_x",
    ]) {
      const found = (await askIiif(`${name}/full/max/0/default.jpg`)).status;
      expect(name === "%zz" ? [400] : [404], name).toContain(found);
    }
  });

  it("may be encoded, and name a page", async () => {
    expect((await askIiif(`${fixture.imageId.replaceAll("-", "%2D")}/full/max/0/default.jpg`)).status).toBe(200);
    const first = await askIiif(`${fixture.imageId}~0/info.json`);
    expect(await first.json()).toMatchObject({ id: `http://${HOST}/iiif/3/${fixture.imageId}~0`, width: 1000 });
  });
});

describe("access to the IIIF Image API", () => {
  it("is asked for of everybody without a link", async () => {
    for (const path of ["", "/info.json", "/full/max/0/default.jpg"]) {
      expect((await askIiif(fixture.imageId + path, { anonymous: true })).status).toBe(401);
    }
  });

  it("is given by a link to its image alone, until it is revoked", async () => {
    const link = await createImageLink(
      fixture.imageId,
      { name: "a colleague's viewer", expiresInSeconds: 600 },
      "test",
    );
    const identifier = link.path?.split("/")[3] ?? "";
    expect(identifier).toMatch(/^tsi_[\w-]+$/);
    const information = await askIiif(`${identifier}/info.json`, { anonymous: true });
    expect(await information.json()).toMatchObject({ id: `http://${HOST}/iiif/3/${identifier}` });
    expect((await askIiif(`${identifier}~0/full/50,/0/default.jpg`, { anonymous: true })).status).toBe(200);
    expect((await askIiif(`${identifier}~1/info.json`, { anonymous: true })).status).toBe(404);
    expect(await readImageLinks(fixture.imageId)).toMatchObject([{ id: link.id, path: link.path }]);
    expect(await readImageLinks(fixture.tallId)).toEqual([]);

    await endImageLink(fixture.imageId, link.id, "test");
    expect((await askIiif(`${identifier}/info.json`, { anonymous: true })).status).toBe(404);
    expect(await readImageLinks(fixture.imageId)).toMatchObject([{ id: link.id, path: null }]);
    await expect(endImageLink(fixture.imageId, link.id, "test")).rejects.toMatchObject({ code: "not-found" });
  });

  it("is given by no link that is forged or has expired", async () => {
    const link = await createImageLink(fixture.imageId, { name: "short", expiresInSeconds: 600 }, "test");
    const identifier = link.path?.split("/")[3] ?? "";
    const bytes = Buffer.from(identifier.slice(4), "base64url");
    for (let at = 0; at < bytes.length; at += 1) {
      const forged = Buffer.from(bytes);
      forged[at] = (forged[at] ?? 0) ^ 1;
      const path = `tsi_${forged.toString("base64url")}/info.json`;
      expect((await askIiif(path, { anonymous: true })).status, `byte ${at}`).toBe(404);
    }
    await pool().query("UPDATE image_links SET expires_at = now() - interval '1 second' WHERE id = $1", [link.id]);
    await endImageLink(fixture.imageId, link.id, "test");
    expect((await askIiif(`${identifier}/info.json`, { anonymous: true })).status).toBe(404);
  });

  it("ends with the image", async () => {
    const link = await createImageLink(fixture.tallId, { name: "tall", expiresInSeconds: 600 }, "test");
    const path = link.path?.slice("/iiif/3/".length) ?? "";
    expect((await askIiif(path, { anonymous: true })).status).toBe(200);
    await deleteImage(fixture.tallId, "test");
    expect((await askIiif(path, { anonymous: true })).status).toBe(404);
  });
});
