import { expect, it } from "vitest";
import { EXPORT_FORMAT_IDS, writerOf } from "#lib/core/formats/registry.ts";
import { EXPORT_FORMATS, SET_FORMATS } from "./transfers.ts";

it("offers every format that is written, with what the format itself says that it can do", () => {
  expect(SET_FORMATS.map(({ id }) => id).sort()).toEqual(EXPORT_FORMAT_IDS.toSorted());
  for (const { id, anyCrs, evidence } of SET_FORMATS) {
    expect([id, anyCrs, evidence]).toEqual([id, writerOf(id).anyCrs, writerOf(id).evidence]);
  }
  for (const { ofOne, placed, anyCrs, evidence } of EXPORT_FORMATS) {
    if (ofOne) expect([placed, anyCrs, evidence]).toEqual([undefined, undefined, undefined]);
  }
});
