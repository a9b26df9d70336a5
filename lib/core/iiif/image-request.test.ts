import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { imageInformation } from "./image-information.ts";
import { MAX_AREA, parseImageRequest } from "./image-request.ts";

const PAGE = { width: 6000, height: 4000 };

function parse(text: string, page = PAGE) {
  const [region = "", size = "", rotation = "", file = ""] = text.split("/");
  return parseImageRequest(page, { region, size, rotation, file });
}

function refusal(text: string, page = PAGE): string {
  try {
    parse(text, page);
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : "thrown";
  }
  return "accepted";
}

describe("an address of the IIIF Image API", () => {
  it.each([
    ["full", [0, 0, 6000, 4000]],
    ["square", [1000, 0, 4000, 4000]],
    ["125,15,120,140", [125, 15, 120, 140]],
    ["5900,3990,200,200", [5900, 3990, 100, 10]],
    ["pct:41.6,7.5,40,70", [2496, 300, 2400, 2800]],
    ["pct:90,50,50,50", [5400, 2000, 600, 2000]],
    ["pct:0,0,.5,0.5", [0, 0, 30, 20]],
  ])("reads the region %s", (region, [x, y, width, height]) => {
    expect(parse(`${region}/^!100,100/0/default.jpg`).region).toEqual({ x, y, width, height });
  });

  it.each([
    ["0,0,3000,2000/max", [3000, 2000]],
    ["full/max", [4242, 2828]],
    ["0,0,300,200/^max", [4242, 2828]],
    ["full/150,", [150, 100]],
    ["full/,150", [225, 150]],
    ["full/pct:50", [3000, 2000]],
    ["full/225,100", [225, 100]],
    ["full/!225,100", [150, 100]],
    ["0,0,30,20/^60,", [60, 40]],
    ["0,0,30,20/^!90,90", [90, 60]],
    ["0,0,30,20/^pct:200", [60, 40]],
    ["0,0,6000,1/pct:1", [60, 1]],
    ["0,0,1,4000/,2", [1, 2]],
  ])("reads the size of %s", (text, [width, height]) => {
    expect(parse(`${text}/0/default.jpg`).size).toEqual({ width, height });
  });

  it.each([
    ["full/3000,2000/0/default.jpg", "full/3000,2000/0/default.jpg"],
    ["0,0,6000,4000/pct:1/360/color.png", "full/60,40/0/color.png"],
    ["pct:0,0,50,50/max/!90.0/gray.webp", "0,0,3000,2000/max/!90/gray.webp"],
    ["0,0,300,200/300,/22.5/default.jpg", "0,0,300,200/max/22.5/default.jpg"],
    ["0,0,300,200/^600,400/0/bitonal.tif", "0,0,300,200/^600,400/0/bitonal.tif"],
    ["0,0,300,200/^max/0/default.gif", "0,0,300,200/^max/0/default.gif"],
    ["square/!200,200/0/default.jpg", "1000,0,4000,4000/200,200/0/default.jpg"],
  ])("writes %s as %s", (text, canonical) => {
    expect(parse(text).canonical).toBe(canonical);
    expect(parse(canonical).canonical).toBe(canonical);
  });

  it.each([
    "abcdef/max/0/default.jpg",
    "6000,0,10,10/max/0/default.jpg",
    "0,0,0,10/max/0/default.jpg",
    "0,0,10/max/0/default.jpg",
    "-1,0,10,10/max/0/default.jpg",
    "1.5,0,10,10/max/0/default.jpg",
    "pct:100,0,10,10/max/0/default.jpg",
    "pct:1e1,0,10,10/max/0/default.jpg",
    "full/full/0/default.jpg",
    "full/abc/0/default.jpg",
    "full/,/0/default.jpg",
    "full/0,/0/default.jpg",
    "full/pct:0/0/default.jpg",
    "full/!100,/0/default.jpg",
    "full/^/0/default.jpg",
    "0,0,10,10/11,/0/default.jpg",
    "0,0,10,10/5,11/0/default.jpg",
    "0,0,10,10/pct:101/0/default.jpg",
    "0,0,10,10/!20,30/0/default.jpg",
    "full/6000,/0/default.jpg",
    "full/^9000,9000/0/default.jpg",
    "full/max/361/default.jpg",
    "full/max/-90/default.jpg",
    "full/max/9x/default.jpg",
    "full/max/0/native.jpg",
    "full/max/0/default.exe",
    "full/max/0/default",
    "full/max/0/default.jpg.png",
  ])("refuses %s", (text) => {
    expect(refusal(text)).toBe("bad-request");
  });

  it("never leads outside of the page or over the limit, whatever is asked", () => {
    const side = fc.integer({ min: 1, max: 200_000 });
    const number = fc.oneof(
      fc.nat(200_000).map(String),
      fc.double({ min: 0, max: 300, noNaN: true }).map((n) => n.toFixed(3)),
    );
    const region = fc.oneof(
      fc.constantFrom("full", "square"),
      fc
        .tuple(fc.constantFrom("", "pct:"), number, number, number, number)
        .map(([pct, ...rest]) => pct + rest.join(",")),
    );
    const size = fc.oneof(
      fc.constantFrom("max", "^max"),
      fc.tuple(fc.constantFrom("", "^", "!", "^!"), fc.nat(9000), fc.nat(9000)).map(([how, w, h]) => `${how}${w},${h}`),
      number.map((n) => `^pct:${n}`),
    );
    fc.assert(
      fc.property(side, side, region, size, (width, height, where, how) => {
        const text = `${where}/${how}/0/default.jpg`;
        if (refusal(text, { width, height }) === "bad-request") return;
        const { region: r, size: s, canonical } = parse(text, { width, height });
        expect(r.x >= 0 && r.y >= 0 && r.x + r.width <= width && r.y + r.height <= height).toBe(true);
        expect(r.width >= 1 && r.height >= 1 && s.width >= 1 && s.height >= 1).toBe(true);
        expect(s.width * s.height).toBeLessThanOrEqual(MAX_AREA);
        expect(parse(canonical, { width, height })).toMatchObject({ region: r, size: s, canonical });
      }),
      { numRuns: 2000 },
    );
  });

  it("is told to clients as it is: every size of the document can be asked for", () => {
    const information = imageInformation({ id: "https://here/iiif/3/x", ...PAGE, tileFormat: "jpg" });
    expect(information).toMatchObject({
      id: "https://here/iiif/3/x",
      profile: "level2",
      width: 6000,
      height: 4000,
      tiles: [{ width: 512, scaleFactors: [1, 2, 4, 8, 16] }],
      preferredFormats: ["jpg"],
    });
    expect(information["sizes"]).toEqual([
      { width: 375, height: 250 },
      { width: 750, height: 500 },
      { width: 1500, height: 1000 },
      { width: 3000, height: 2000 },
    ]);
  });
});
