import { expect, it } from "vitest";
import type { CarriedFinding, EvidenceRecords, FormatContext } from "./format.ts";
import { readAll, sourceOf, writeAll } from "./format-fixture.ts";

const context: FormatContext = {
  image: { id: "0198c0de-0000-7000-8000-00000000000f", name: "field.tif", pages: [{ width: 1000, height: 800 }] },
  ...{ classes: [], space: "pixel", polygons: false, toLonLat: null, fromLonLat: null },
};
const [car, roof] = [1, 2].map((at): CarriedFinding => {
  const id = `0198c0de-0000-7000-8000-00000000000${at}`;
  return { id, page: 0, label: "car", score: 0.9, review: "accepted", geometry: null, box: [10 * at, 20, 30, 40] };
});
/** Replies may look like the file that they are in. */
const evidence: EvidenceRecords = {
  async *runs() {
    yield { id: "r" };
  },
  async *tiles() {
    yield { index: 1, looks: [{ replies: ['"features":[{"type":"Feature"}]'] }] };
    yield { index: 2, items: [{ type: "Annotation" }], features: [{ type: "Feature" }] };
  },
};

it.each(["geojson", "w3c"])("in %s it stands once after the findings, and is passed over when read", async (format) => {
  if (!car || !roof) throw new Error("no findings");
  const link = { run: "r", members: [[1, 0] as [number, number]], crop: { region: car.box, href: "/x" } };
  const file = await writeAll(format, { ...context, evidence }, [{ ...car, evidence: link }, roof]);
  expect(JSON.parse(new TextDecoder().decode(file)).evidence).toEqual({
    runs: [{ id: "r" }],
    tiles: [expect.objectContaining({ index: 1 }), expect.objectContaining({ index: 2 })],
  });
  const read = await readAll(format, context, sourceOf(file));
  expect(read).toEqual(await readAll(format, context, sourceOf(await writeAll(format, context, [car, roof]))));
  expect(read.parsed).toHaveLength(2);
});
