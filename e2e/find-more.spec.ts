import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import sharp from "sharp";
import { randomFrom } from "#e2e/support/random.ts";
import { type Api, type RunningServer, startServer } from "#e2e/support/server.ts";
import { signIn } from "#e2e/support/sign-in.ts";

/** Teach by example: a few marked trees on a picture of four megapixels, and the rest is found. */

test.setTimeout(300_000);

const SIDE = 2000;
const CELL = 200;
type Crown = { x: number; y: number; radius: number };

/** One thing a cell of a chequer: a crown on most, a rock of the same size on every fifth. */
function scatter(): { crowns: Crown[]; rocks: Crown[] } {
  const random = randomFrom(11);
  const [crowns, rocks]: [Crown[], Crown[]] = [[], []];
  for (let row = 0; row < SIDE / CELL; row++) {
    for (let column = 0; column < SIDE / CELL; column++) {
      if ((row + column) % 2) continue;
      const place = (cell: number) => cell * CELL + CELL / 2 + (random() - 0.5) * 50;
      const thing = { x: place(column), y: place(row), radius: 34 + random() * 12 };
      ((row * 3 + column) % 5 === 4 ? rocks : crowns).push(thing);
    }
  }
  return { crowns, rocks };
}

const { crowns, rocks } = scatter();

/** Crowns and rocks on grainy ground, as seen from straight above. */
async function orchard(): Promise<Buffer> {
  const random = randomFrom(5);
  const leaves = ({ x, y, radius }: Crown): string =>
    Array.from({ length: 40 }, () => {
      const [angle, reach] = [random() * 2 * Math.PI, Math.sqrt(random()) * radius * 0.85];
      const [cx, cy] = [x + reach * Math.cos(angle), y + reach * Math.sin(angle)];
      // The sun stands at the upper left.
      const light = Math.round(70 - (20 * (reach * Math.cos(angle - Math.PI / 4))) / radius + random() * 30);
      return `<circle cx="${cx}" cy="${cy}" r="${radius * 0.18}" fill="rgb(${light / 2},${light},${light / 3})"/>`;
    }).join("");
  const crown = (one: Crown): string =>
    `<circle cx="${one.x + 8}" cy="${one.y + 8}" r="${one.radius}" fill="#0006"/>
     <circle cx="${one.x}" cy="${one.y}" r="${one.radius}" fill="#1f4a1c"/>${leaves(one)}`;
  const rock = ({ x, y, radius }: Crown): string =>
    `<circle cx="${x}" cy="${y}" r="${radius}" fill="#b9b2a6"/><circle cx="${x - 6}" cy="${y - 6}" r="${radius / 2}" fill="#d4cec4"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}">${crowns.map(crown).join("")}${rocks.map(rock).join("")}</svg>`;
  const grain = { type: "gaussian", mean: 120, sigma: 14 } as const;
  const ground = await sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: "#987", noise: grain } })
    .tint("#b49a6c")
    .png()
    .toBuffer();
  return sharp(ground)
    .composite([{ input: Buffer.from(svg) }])
    .jpeg({ quality: 90 })
    .toBuffer();
}

let server: RunningServer;
let api: Api;
let dataDir: string;
let imageId: string;
test.beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tessera-more-"));
  server = await startServer({ dataDir });
  api = await server.api("operator");
  imageId = (await server.upload("orchard.jpg", await orchard())).id;
});
test.afterAll(async () => {
  await server?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Draws a box around a thing, on a page that shows all of the picture. */
async function mark(page: Page, zoom: number, { x, y, radius }: Crown): Promise<void> {
  const box = await page.getByTestId("viewer").boundingBox();
  if (!box) throw new Error("there is no picture");
  const onScreen = (px: number, py: number): [number, number] => [
    box.x + box.width / 2 + (px - SIDE / 2) * zoom,
    box.y + box.height / 2 + (py - SIDE / 2) * zoom,
  ];
  await page.mouse.move(...onScreen(x - radius, y - radius));
  await page.mouse.down();
  await page.mouse.move(...onScreen(x + radius, y + radius), { steps: 4 });
  await page.mouse.up();
}

type Found = { box: [number, number, number, number]; label: string; score: number };

function isOn({ box: [left, top, width, height] }: Found, { x, y, radius }: Crown): boolean {
  const [right, bottom] = [Math.min(left + width, x + radius), Math.min(top + height, y + radius)];
  const shared = Math.max(0, right - Math.max(left, x - radius)) * Math.max(0, bottom - Math.max(top, y - radius));
  return shared / (width * height + 4 * radius * radius - shared) >= 0.4;
}

test("from four marks to new boxes in less than a minute", async ({ page }) => {
  await signIn(page, server);
  const zoom = 0.4;
  await page.goto(`${server.url}/images/${imageId}?x=${SIDE / 2}&y=${SIDE / 2}&zoom=${zoom}`);
  await expect(page.getByText("There are no findings yet.", { exact: false })).toBeVisible();
  await page.waitForTimeout(500);

  const taught = [crowns[3], crowns[12], crowns[20], crowns[29]].filter((crown) => crown !== undefined);
  const started = Date.now();
  for (const [index, crown] of taught.entries()) {
    await page.keyboard.press("r");
    await mark(page, zoom, crown);
    if (index === 0) {
      await page.getByRole("dialog", { name: "What is this?" }).getByRole("combobox").fill("crown");
      await page.keyboard.press("Enter");
    }
    await expect(page.getByText(`showing ${index + 1} of ${index + 1}`)).toBeVisible();
  }
  await page.getByRole("listbox", { name: "Findings" }).getByRole("option").first().click();
  await page.getByRole("button", { name: "Find more like these" }).click();
  await expect
    .poll(
      async () => Number(/showing (\d+) of/.exec((await page.getByText(/^showing \d+ of/).textContent()) ?? "")?.[1]),
      {
        timeout: 60_000,
      },
    )
    .toBeGreaterThan(10);
  expect(Date.now() - started).toBeLessThan(60_000);

  const runId = new URL(page.url()).searchParams.get("run");
  await expect
    .poll(async () => (await api.get<{ state: string }>(`/api/v1/runs/${runId}`)).state, { timeout: 60_000 })
    .toBe("completed");
  await page.screenshot({ path: "test-results/find-more.png" });
  const { items } = await api.get<{ items: Found[] }>(`/api/v1/images/${imageId}/findings?run=${runId}&limit=200`);
  expect(new Set(items.map(({ label }) => label))).toEqual(new Set(["crown"]));
  const right = items.filter((finding) => crowns.some((crown) => isOn(finding, crown)));
  const reached = crowns.filter((crown) => items.some((finding) => isOn(finding, crown)));
  expect(right.length / items.length).toBeGreaterThan(0.8);
  expect(reached.length / crowns.length).toBeGreaterThan(0.8);
});
