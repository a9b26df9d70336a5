import fc from "fast-check";
import { expect, it } from "vitest";
import { PLAIN, readAddress, writeAddress } from "./view-address.ts";

it("reads back what it wrote, to a tenth of a pixel and five digits of zoom", () => {
  const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  const zoom = fc.double({ min: 1e-4, max: 64, noNaN: true });
  const id = fc.option(fc.uuid());
  const turns = fc.record({ degrees: fc.integer({ min: 0, max: 359 }), flipped: fc.boolean() });
  fc.assert(
    fc.property(number, number, zoom, turns, id, id, fc.nat(2000), (x, y, scale, turn, findingId, runId, page) => {
      const back = readAddress(
        writeAddress({
          ...{ ...PLAIN, view: { x, y, zoom: scale }, turn, findingId, runId, page },
          beside: findingId === null ? null : { imageId: findingId, runId },
        }),
      );
      expect(back.beside).toEqual(findingId === null ? null : { imageId: findingId, runId });
      expect(back.page).toBe(page);
      expect(back.turn).toEqual(turn);
      expect(back.findingId).toBe(findingId);
      expect(back.runId).toBe(runId);
      expect(Math.abs((back.view?.x ?? Number.NaN) - x)).toBeLessThanOrEqual(0.0501);
      expect(Math.abs((back.view?.y ?? Number.NaN) - y)).toBeLessThanOrEqual(0.0501);
      expect(Math.abs((back.view?.zoom ?? Number.NaN) / scale - 1)).toBeLessThan(1e-4);
    }),
  );
});

it("makes no view of half of one", () => {
  expect(readAddress("?x=1&y=2").view).toBeNull();
  expect(readAddress("?x=1&y=2&zoom=0").view).toBeNull();
  expect(readAddress("?x=1&y=nowhere&zoom=1").view).toBeNull();
});

it("counts pages from 1, and takes what is none for the first", () => {
  expect(writeAddress({ ...PLAIN, view: null, findingId: null, runId: null, page: 2 })).toBe("?page=3");
  for (const search of ["", "?page=0", "?page=-4", "?page=two"]) expect(readAddress(search).page).toBe(0);
});
