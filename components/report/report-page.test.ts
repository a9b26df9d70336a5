import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import type { Block, ReportDocument } from "#lib/core/report/report-document.ts";
import { ReportPage } from "./report-page.tsx";

const frame = { width: 40, height: 30, description: "a drawing", marks: [] };
const region = { page: 2, x: 10, y: 20, width: 40, height: 30 };
const blocks: Block[] = [
  { kind: "facts", rows: [{ name: "Scale", value: "0.5 µm per pixel" }] },
  { kind: "paragraph", text: "Nobody has reviewed these findings yet.", tone: "warn" },
  {
    kind: "table",
    caption: "Findings by class",
    columns: [
      { title: "Class", align: "left", share: 0.5 },
      { title: "Findings", align: "right", share: 0.5 },
    ],
    rows: [[{ text: "Baum 木", colour: [1, 2, 3] }, { text: "1,204" }]],
  },
  {
    kind: "chart",
    title: "Sizes",
    drawing: {
      ...frame,
      marks: [{ kind: "text", x: 1, y: 2, text: "12.5", size: 8, anchor: "end", colour: [9, 9, 9] }],
    },
  },
  { kind: "picture", region, marks: frame, caption: "5 findings", legend: [{ text: "car (5)", colour: [4, 5, 6] }] },
  {
    kind: "crops",
    cards: [{ id: "f1", region, frame, title: "1. car", colour: [4, 5, 6], lines: ["98.0%, accepted"] }],
  },
  { kind: "transcript", title: "Page 1", lines: ["first line", "", "second line"] },
];
const report: ReportDocument = {
  imageId: "i",
  runId: "r",
  heading: "Institute",
  title: "slide.svs",
  subtitle: "Nuclei",
  asOf: "2026-03-02T10:00:00.000Z",
  sections: [{ id: "all", title: "Everything", blocks }],
};

function shown(places: Parameters<typeof ReportPage>[0]["places"]): string {
  return renderToStaticMarkup(createElement(ReportPage, { report, logo: null, places }));
}

it("shows what every kind of block holds, with pictures and links of the places it is given", () => {
  const html = shown({
    picture: (address) => `https://pictures.example${address}`,
    finding: (id) => `/images/i?finding=${id}`,
    pdf: "/report.pdf",
  });
  const words = [
    "Institute",
    "slide.svs",
    "2 Mar 2026, 10:00 UTC",
    "Everything",
    "0.5 µm per pixel",
    "Nobody has reviewed",
    "Findings by class",
    "Baum 木",
    "1,204",
    ">12.5</text>",
    "5 findings",
    "car (5)",
    "98.0%, accepted",
    "first line\n\nsecond line",
    'href="#all"',
  ];
  for (const each of words) expect(html).toContain(each);
  expect(
    html.match(/src="https:\/\/pictures\.example\/iiif\/3\/~2\/10,20,40,30\/40,30\/0\/default\.jpg/g),
  ).toHaveLength(2);
  expect(html).toContain('href="/images/i?finding=f1"');
  expect(html).toContain('href="/report.pdf"');
});

it("has no link and no picture where who reads it may see none", () => {
  const html = shown({ picture: () => null, finding: null, pdf: null });
  expect(html).not.toMatch(/href="\/|src="/);
});
