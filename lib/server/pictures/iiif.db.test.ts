import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { colourAt, HOST, iiifFixture } from "./iiif-fixture.ts";

/**
 * What the IIIF's own validator of the Image API asks of a server of version 3.0, level 2, and some things that it does not ask.
 */
const { fixture, ask, askIiif } = iiifFixture();

const status = async (path: string): Promise<number> => (await askIiif(path)).status;

async function picture(parameters: string) {
  const response = await askIiif(`${fixture.imageId}/${parameters}`);
  expect(response.status, parameters).toBe(200);
  const bytes = Buffer.from(await response.arrayBuffer());
  const { format, width, height, hasAlpha } = await sharp(bytes).metadata();
  const { data, info } = await sharp(bytes)
    .toColourspace("srgb")
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return {
    response,
    format,
    size: [width, height],
    hasAlpha,
    data,
    /** The pixel there, in red, green, blue. */
    at: (x: number, y: number) => [...data.subarray((y * info.width + x) * info.channels).subarray(0, 3)],
  };
}

function expectColour(actual: number[], [column, row]: [number, number]): void {
  const wanted = colourAt(column, row);
  const distance = Math.max(...actual.map((value, band) => Math.abs(value - (wanted[band] ?? 0))));
  expect(distance, `${actual} is not ${wanted} of ${column}, ${row}`).toBeLessThanOrEqual(6);
}

describe("the information document", () => {
  it("says all that it must, by the address that it was asked at", async () => {
    const response = await askIiif(`${fixture.imageId}/info.json`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      "@context": "http://iiif.io/api/image/3/context.json",
      id: `http://${HOST}/iiif/3/${fixture.imageId}`,
      type: "ImageService3",
      protocol: "http://iiif.io/api/image",
      profile: "level2",
      width: 1000,
      height: 1000,
      maxArea: expect.any(Number),
      sizes: [
        { width: 500, height: 500 },
        { width: 1000, height: 1000 },
      ],
      tiles: [{ width: 512, height: 512, scaleFactors: [1, 2] }],
      preferredFormats: ["jpg"],
      extraFormats: expect.arrayContaining(["webp"]),
      extraQualities: ["color", "gray", "bitonal"],
    });
    const secure = await askIiif(`${fixture.imageId}/info.json`, { headers: { "x-forwarded-proto": "https" } });
    expect(await secure.json()).toMatchObject({ id: `https://${HOST}/iiif/3/${fixture.imageId}` });
    expect((await askIiif(`${fixture.imageId}/info.json`, { headers: { host: 'a"b' } })).status).toBe(400);
  });

  it("is JSON-LD, or JSON where that is asked for, and known again by its tag", async () => {
    const typeFor = async (accept?: string) => {
      const response = await askIiif(
        `${fixture.imageId}/info.json`,
        accept === undefined ? {} : { headers: { accept } },
      );
      expect(response.headers.get("vary")).toBe("accept");
      return response.headers.get("content-type");
    };
    const linked = 'application/ld+json;profile="http://iiif.io/api/image/3/context.json"';
    expect(await typeFor()).toBe(linked);
    expect(await typeFor("*/*")).toBe(linked);
    expect(await typeFor("application/ld+json, application/json;q=0.5")).toBe(linked);
    expect(await typeFor("application/json")).toBe("application/json");
    expect(await typeFor("text/html,application/xhtml+xml,*/*;q=0.8")).toBe("application/json");
    const etag = (await askIiif(`${fixture.imageId}/info.json`)).headers.get("etag") ?? "";
    expect((await askIiif(`${fixture.imageId}/info.json`, { headers: { "if-none-match": etag } })).status).toBe(304);
  });

  it("is where the base address leads", async () => {
    const response = await askIiif(fixture.imageId);
    expect([response.status, response.headers.get("location")]).toEqual([
      303,
      `http://${HOST}/iiif/3/${fixture.imageId}/info.json`,
    ]);
  });

  it("and every picture may be read by pages of other sites", async () => {
    for (const path of ["info.json", "full/max/0/default.jpg", "nonsense/max/0/default.jpg"]) {
      const response = await askIiif(`${fixture.imageId}/${path}`);
      expect(response.headers.get("access-control-allow-origin"), path).toBe("*");
    }
    const preflight = await askIiif(`${fixture.imageId}/info.json`, { method: "OPTIONS", anonymous: true });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-headers")).toContain("authorization");
    expect(preflight.headers.has("access-control-allow-credentials")).toBe(false);
  });
});

describe("regions", () => {
  it("are cut by pixels, to the pixel", async () => {
    for (const [column, row] of [
      [0, 0],
      [3, 7],
      [9, 9],
      [5, 4],
    ] as [number, number][]) {
      const { at, size } = await picture(`${column * 100 + 13},${row * 100 + 13},74,74/max/0/default.png`);
      expect(size).toEqual([74, 74]);
      for (const [x, y] of [
        [0, 0],
        [73, 0],
        [0, 73],
        [73, 73],
      ] as const)
        expectColour(at(x, y), [column, row]);
    }
  });

  it("are cut by percent, and at the edge", async () => {
    const { at, size } = await picture("pct:71,21,9,9/max/0/default.jpg");
    expect(size).toEqual([90, 90]);
    expectColour(at(45, 45), [7, 2]);
    expect((await picture("950,900,200,200/max/0/default.jpg")).size).toEqual([50, 100]);
    const square = await askIiif(`${fixture.tallId}/square/max/0/default.png`);
    const { width, height } = await sharp(await square.arrayBuffer()).metadata();
    expect([width, height]).toEqual([60, 60]);
  });

  it("that are none are refused", async () => {
    for (const region of ["abcdef", "1000,0,5,5", "0,0,0,5", "0,0,5", "-1,0,5,5", "pct:101,0,5,5"]) {
      expect(await status(`${fixture.imageId}/${region}/max/0/default.jpg`), region).toBe(400);
    }
  });
});

describe("sizes", () => {
  it.each([
    ["max", [1000, 1000]],
    ["500,", [500, 500]],
    [",333", [333, 333]],
    ["pct:57", [570, 570]],
    ["450,700", [450, 700]],
    ["!420,700", [420, 420]],
    ["^1500,", [1500, 1500]],
    ["^!1300,1200", [1200, 1200]],
    ["^pct:120", [1200, 1200]],
    ["^max", [3464, 3464]],
  ])("%s", async (wanted, size) => {
    const found = await picture(`full/${wanted}/0/default.jpg`);
    expect(found.size).toEqual(size);
    const [width = 0, height = 0] = size;
    for (const [column, row] of [
      [1, 1],
      [8, 3],
      [4, 9],
    ] as [number, number][]) {
      expectColour(found.at(Math.round((column + 0.5) * (width / 10)), Math.round((row + 0.5) * (height / 10))), [
        column,
        row,
      ]);
    }
  });

  it("of a region are those of the region", async () => {
    const { at, size } = await picture("300,600,100,100/!40,60/0/default.jpg");
    expect(size).toEqual([40, 40]);
    expectColour(at(20, 20), [3, 6]);
  });

  it("over the region's are refused without a mark, as is what is none", async () => {
    for (const size of [
      "1100,1100",
      ",1100",
      "1100,",
      "pct:200",
      "!2000,3000",
      "full",
      "abcdef",
      "0,0",
      "^9000,9000",
    ]) {
      expect(await status(`${fixture.imageId}/full/${size}/0/default.jpg`), size).toBe(400);
    }
  });

  it("are kept bounded where a picture is squeezed unevenly", async () => {
    const response = await askIiif(`${fixture.tallId}/full/3,2000/0/default.png`);
    const { width, height } = await sharp(await response.arrayBuffer()).metadata();
    expect([width, height]).toEqual([3, 2000]);
  });
});

describe("rotation", () => {
  it.each([
    ["90", [0, 9], [9, 0]],
    ["180", [9, 9], [0, 0]],
    ["270", [9, 0], [0, 9]],
    ["!0", [9, 0], [0, 9]],
    ["!180", [0, 9], [9, 0]],
    ["!90", [9, 9], [0, 0]],
    ["360", [0, 0], [9, 9]],
  ] as [string, [number, number], [number, number]][])(
    "by %s brings the corners where they belong",
    async (rotation, first, last) => {
      const { at, size } = await picture(`full/max/${rotation}/default.jpg`);
      expect(size).toEqual([1000, 1000]);
      expectColour(at(50, 50), first);
      expectColour(at(950, 950), last);
    },
  );

  it("turns after it has scaled", async () => {
    const { at, size } = await picture("0,0,200,100/100,50/90/default.png");
    expect(size).toEqual([50, 100]);
    expectColour(at(25, 25), [0, 0]);
    expectColour(at(25, 75), [1, 0]);
  });

  it("by any angle keeps all of the picture, on nothing where the format can", async () => {
    const turned = await picture("200,200,100,100/max/45/default.png");
    expect(turned.size[0]).toBeGreaterThan(139);
    expect(turned.hasAlpha).toBe(true);
    expectColour(turned.at(70, 70), [2, 2]);
    const { at } = await picture("200,200,100,100/max/45/default.jpg");
    expect(Math.min(...at(1, 1))).toBeGreaterThan(250);
  });

  it("that is none is refused", async () => {
    for (const rotation of ["abcd", "361", "-90", "!", "1e2"]) {
      expect(await status(`${fixture.imageId}/full/max/${rotation}/default.jpg`), rotation).toBe(400);
    }
  });
});

describe("qualities and formats", () => {
  it("are those that were told", async () => {
    for (const [format, found] of [
      ["jpg", "jpeg"],
      ["png", "png"],
      ["webp", "webp"],
      ["gif", "gif"],
      ["tif", "tiff"],
    ] as const) {
      const { response, ...seen } = await picture(`full/100,/0/default.${format}`);
      expect(seen.format).toBe(found);
      expect(response.headers.get("content-type")).toBe(`image/${found}`);
    }
  });

  it("take the colour away, or all but black and white", async () => {
    expectColour((await picture("full/100,/0/color.jpg")).at(5, 5), [0, 0]);
    const grey = await picture("full/100,/0/gray.png");
    for (let at = 0; at < grey.data.length; at += 3) expect(grey.data[at]).toBe(grey.data[at + 1]);
    const bitonal = await picture("full/100,/30/bitonal.png");
    expect(new Set(bitonal.data)).toEqual(new Set([0, 255]));
  });

  it("that are none are refused", async () => {
    for (const file of ["abcdef.jpg", "default.abc", "default.pdf", "default"]) {
      expect(await status(`${fixture.imageId}/full/max/0/${file}`), file).toBe(400);
    }
  });
});

describe("pictures", () => {
  it("say how the specification would have them asked for", async () => {
    const { response } = await picture("pct:0,0,50,50/250,/360/default.jpg");
    expect(response.headers.get("link")).toBe(
      `<http://${HOST}/iiif/3/${fixture.imageId}/0,0,500,500/250,250/0/default.jpg>;rel="canonical", ` +
        '<http://iiif.io/api/image/3/level2.json>;rel="profile"',
    );
  });

  it("that are tiles of the pyramid are its own bytes, however they are asked for", async () => {
    const tileOf = async (level: number, x: number, y: number): Promise<Buffer> => {
      const answer = await ask(`/api/v1/images/${fixture.imageId}/tiles/${level}/${x}/${y}.jpg`);
      return Buffer.from(await answer.arrayBuffer());
    };
    for (const [parameters, tile] of [
      ["0,0,512,512/512,512", [0, 0, 0]],
      ["512,0,512,512/488,", [0, 1, 0]],
      ["512,512,488,488/max", [0, 1, 1]],
      ["full/500,500", [1, 0, 0]],
      ["0,0,1024,1024/!500,500", [1, 0, 0]],
    ] as [string, [number, number, number]][]) {
      const response = await askIiif(`${fixture.imageId}/${parameters}/0/default.jpg`);
      expect(Buffer.from(await response.arrayBuffer()).equals(await tileOf(...tile)), parameters).toBe(true);
    }
    const whole = await askIiif(`${fixture.imageId}/full/max/0/default.jpg`, { method: "HEAD" });
    expect([whole.status, whole.headers.has("content-length"), await whole.text()]).toEqual([200, false, ""]);
    const etag = whole.headers.get("etag") ?? "";
    const again = await askIiif(`${fixture.imageId}/full/max/0/default.jpg`, { headers: { "if-none-match": etag } });
    expect(again.status).toBe(304);
  });
});
