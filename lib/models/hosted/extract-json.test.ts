import fc from "fast-check";
import { expect, test } from "vitest";
import { extractJson } from "./extract-json.ts";

test("finds a document whole, fenced or amid prose", () => {
  expect(extractJson(' {"a":1} ')).toEqual({ a: 1 });
  expect(extractJson('Sure!\n```json\n{"a":[1,2]}\n```\nDone.')).toEqual({ a: [1, 2] });
  expect(extractJson('Boxes [ymin, xmin]: {"a":"}"} and more')).toEqual({ a: "}" });
  expect(extractJson("nothing here")).toBeUndefined();
});

test("never takes a part of a document that was cut off for the whole", () => {
  const document = fc.record({
    detections: fc.array(
      fc.record({ label: fc.string(), box: fc.array(fc.integer(), { minLength: 4, maxLength: 4 }) }),
    ),
  });
  fc.assert(
    fc.property(document, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (value, share) => {
      const text = JSON.stringify(value);
      const cut = text.slice(0, Math.max(1, Math.floor(text.length * share)));
      expect(extractJson(cut)).toBeUndefined();
      expect(extractJson(text)).toEqual(value);
    }),
  );
});
