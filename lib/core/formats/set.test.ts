import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { CarriedFinding, FormatContext } from "./format.ts";
import { type SetMember, setWriterOf } from "./set.ts";
import { sourceOfBytes, textOf } from "./source.ts";
import { readZip } from "./zip-read.ts";

const finding = (x: number, label: string, page = 0): CarriedFinding => ({
  ...{ page, label, box: [x, 0, 10, 10], geometry: null, score: 0.5, review: "unreviewed" },
});

function member(name: string, pages: number, findings: readonly CarriedFinding[]): SetMember {
  const context: FormatContext = {
    image: { id: name, name, pages: Array.from({ length: pages }, () => ({ width: 100, height: 100 })) },
    ...{ classes: [], space: "pixel", polygons: false, toLonLat: null, fromLonLat: null },
  };
  return { context, findings: from(findings) };
}

async function* from<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

const images = (): SetMember[] => [
  member("a.png", 1, [finding(0, "car")]),
  member("book.pdf", 2, [finding(10, "bus"), finding(20, "car", 1)]),
  member("empty.png", 1, []),
];

async function written(format: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const piece of setWriterOf(format).write(["car"], from(images()))) {
    parts.push(typeof piece === "string" ? new TextEncoder().encode(piece) : piece);
  }
  return Buffer.concat(parts);
}

async function filesOf(zip: Uint8Array): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of await readZip(sourceOfBytes(zip))) {
    files[entry.path] = "";
    for await (const piece of textOf(entry.read())) files[entry.path] += piece;
  }
  return files;
}

describe("a set of images", () => {
  it("is one COCO document, whose annotations name image and page", async () => {
    const schema = z.object({
      images: z.array(z.object({ id: z.number(), file_name: z.string(), page: z.number().optional() })),
      annotations: z.array(z.object({ id: z.number(), image_id: z.number(), category_id: z.number() })),
      categories: z.array(z.object({ id: z.number(), name: z.string() })),
    });
    const document = schema.parse(JSON.parse(new TextDecoder().decode(await written("coco"))));
    expect(document.images).toEqual([
      { id: 1, file_name: "a.png" },
      { id: 2, file_name: "book.pdf", page: 0 },
      { id: 3, file_name: "book.pdf", page: 1 },
      { id: 4, file_name: "empty.png" },
    ]);
    expect(document.annotations).toEqual([
      { id: 1, image_id: 1, category_id: 1 },
      { id: 2, image_id: 2, category_id: 2 },
      { id: 3, image_id: 3, category_id: 1 },
    ]);
    expect(document.categories.map(({ name }) => name)).toEqual(["car", "bus"]);
  });

  it("is one YOLO data set with common classes, also of what shows nothing", async () => {
    expect(await filesOf(await written("yolo"))).toEqual({
      "labels/a.txt": "0 0.05 0.05 0.1 0.1\n",
      "labels/book.txt": "1 0.15 0.05 0.1 0.1\n",
      "labels/book_page2.txt": "0 0.25 0.05 0.1 0.1\n",
      "labels/empty.txt": "",
      "classes.txt": "car\nbus\n",
    });
  });

  it("is otherwise a zip of a file for each image", async () => {
    const files = await filesOf(await written("csv"));
    expect(Object.keys(files)).toEqual(["a.csv", "book.csv", "empty.csv"]);
    expect(files["book.csv"]?.trim().split("\n")).toHaveLength(3);
  });
});
