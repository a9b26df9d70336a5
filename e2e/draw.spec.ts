import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { type Api, type RunningServer, startServer } from "#e2e/support/server.ts";
import { signIn } from "#e2e/support/sign-in.ts";

/** Drawing on the picture with every tool, by pointer and by key; changing, copying, undoing; all of it kept. */

// Pictures are drawn without a graphics card here.
test.setTimeout(300_000);

type Drawn = {
  id: string;
  label: string;
  box: [number, number, number, number];
  geometry: { type: string; coordinates: unknown; isEllipse?: true } | null;
  locked: boolean;
};

let server: RunningServer;
let api: Api;
let dataDir: string;
let imageId: string;
test.beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tessera-draw-"));
  server = await startServer({ dataDir });
  api = await server.api("operator");
  const picture = await readFile(join(import.meta.dirname, "..", "samples", "terrain2.png"));
  imageId = (await server.upload("road.png", picture)).id;
});
test.afterAll(async () => {
  await server?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function drawn(): Promise<Drawn[]> {
  return (await api.get<{ items: Drawn[] }>(`/api/v1/images/${imageId}/findings?source=person`)).items;
}

/** The pointer on the picture; places are from its top left corner on the screen. */
async function pointerOn(page: Page) {
  const box = await page.getByTestId("viewer").boundingBox();
  if (!box) throw new Error("there is no picture");
  const at = ([x, y]: readonly [number, number]) => [box.x + x, box.y + y] as const;
  return {
    async drag(...path: readonly (readonly [number, number])[]): Promise<void> {
      const [first = [0, 0], ...others] = path;
      await page.mouse.move(...at(first));
      await page.mouse.down();
      for (const place of others) await page.mouse.move(...at(place), { steps: 4 });
      await page.mouse.up();
    },
    press: (x: number, y: number) => page.mouse.click(...at([x, y]), { delay: 30 }),
    move: (x: number, y: number) => page.mouse.move(...at([x, y]), { steps: 3 }),
  };
}

test("every shape is drawn, and stays what it is over a reload", async ({ page }) => {
  await signIn(page, server);
  await page.goto(`${server.url}/images/${imageId}`);
  await expect(page.getByText("There are no findings yet.", { exact: false })).toBeVisible();
  const pointer = await pointerOn(page);
  await page.waitForTimeout(500);

  // The first shape is asked for its class; the next ones get the same.
  await page.keyboard.press("r");
  await pointer.drag([300, 200], [380, 260]);
  await page.getByRole("dialog", { name: "What is this?" }).getByRole("combobox").fill("field");
  await page.keyboard.press("Enter");
  await expect(page.getByText("showing 1 of 1")).toBeVisible();
  await page.keyboard.press("o");
  await pointer.drag([420, 200], [500, 260]);
  await page.keyboard.press("w");
  await pointer.drag([540, 260], [600, 220]);
  await pointer.press(620, 260);
  await page.keyboard.press("p");
  for (const [x, y] of [
    [300, 320],
    [360, 320],
    [360, 380],
    [310, 390],
  ] as const) {
    await pointer.press(x, y);
  }
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Enter");
  await page.keyboard.press("f");
  await pointer.drag([420, 320], [470, 310], [490, 350], [450, 380], [415, 350]);
  await page.keyboard.press("l");
  await pointer.drag([540, 320], [640, 320]);
  await expect(page.getByTestId("draft").getByText(/^\d+(\.\d)? px/)).toBeVisible();
  await page.keyboard.press("Enter");
  await page.keyboard.press("v");
  await pointer.press(540, 360);
  await pointer.press(580, 380);
  await pointer.press(620, 350);
  await page.keyboard.press("Enter");
  await page.keyboard.press(".");
  await pointer.press(660, 300);
  await page.keyboard.press("b");
  await pointer.drag([300, 460], [360, 460], [360, 500]);
  await page.screenshot({ path: "test-results/draw.png" });
  await expect(page.getByText("showing 9 of 9")).toBeVisible();
  await expect.poll(async () => (await drawn()).length).toBe(9);

  const shapes = await drawn();
  expect(shapes.map(({ label }) => label)).toEqual(Array.from({ length: 9 }, () => "field"));
  expect(shapes.map(({ geometry }) => geometry?.type ?? "box")).toEqual([
    "box",
    "Polygon",
    "Polygon",
    "Polygon",
    "Polygon",
    "LineString",
    "LineString",
    "Point",
    "Polygon",
  ]);
  expect(shapes[1]?.geometry?.isEllipse).toBe(true);
  await page.reload();
  await expect(page.getByText("showing 9 of 9")).toBeVisible();
  expect(await drawn()).toEqual(shapes);
});

test("shapes are changed by handles and keys, copied, locked, removed, and all of that is undone and done again", async ({
  page,
}) => {
  await signIn(page, server);
  await page.goto(`${server.url}/images/${imageId}?x=480&y=300&zoom=1`);
  await expect(page.getByText("showing 9 of 9")).toBeVisible();
  const pointer = await pointerOn(page);
  await page.keyboard.press("r");
  await page.getByLabel("Draw as").selectOption("field");
  await pointer.drag([100, 100], [200, 160]);
  await expect(page.getByText("showing 10 of 10")).toBeVisible();
  const last = async (): Promise<Drawn | undefined> => (await drawn()).at(-1);
  await expect.poll(async () => (await drawn()).length).toBe(10);
  const before = await last();
  const [x = 0, y = 0, width = 0, height = 0] = before?.box ?? [];
  /** How far the shape's box is from these numbers, in pixels. */
  const offBy = async (...box: number[]): Promise<number> => {
    const now = (await last())?.box ?? [];
    return Math.max(...box.map((side, at) => Math.abs(side - (now[at] ?? Number.POSITIVE_INFINITY))));
  };

  await page.keyboard.press("e");
  await expect(page.locator("[data-handle]")).toHaveCount(9);
  await pointer.drag([200, 160], [260, 190]);
  await expect.poll(() => offBy(x, y, width + 60, height + 30)).toBeLessThan(0.3);
  for (const key of ["ArrowRight", "ArrowRight", "Shift+ArrowDown"]) await page.keyboard.press(key);
  await expect.poll(() => offBy(x + 2, y + 10, width + 60, height + 30)).toBeLessThan(0.3);
  await page.keyboard.press("Control+z");
  await expect.poll(() => offBy(x, y, width + 60, height + 30)).toBeLessThan(0.3);
  await page.keyboard.press("Control+z");
  await expect.poll(() => offBy(x, y, width, height)).toBeLessThan(0.3);
  await page.keyboard.press("Control+Shift+z");
  await expect.poll(() => offBy(x, y, width + 60, height + 30)).toBeLessThan(0.3);

  // What is locked keeps its shape and its place in the list.
  await page.keyboard.press("Shift+L");
  await expect.poll(async () => (await last())?.locked).toBe(true);
  await expect(page.locator("[data-handle]")).toHaveCount(0);
  await page.keyboard.press("Delete");
  await expect(page.getByText("This field is locked")).toBeVisible();
  await page.keyboard.press("Shift+L");
  await page.keyboard.press("Control+d");
  await expect(page.getByText("showing 11 of 11")).toBeVisible();
  await page.keyboard.press("Delete");
  await expect(page.getByText("showing 10 of 10")).toBeVisible();

  // Undo goes on where it was after a reload.
  await expect(page.getByText("Saved")).toBeVisible();
  await page.waitForTimeout(400);
  await page.reload();
  await expect(page.getByText("showing 10 of 10")).toBeVisible();
  await page.keyboard.press("Control+z");
  await expect(page.getByText("showing 11 of 11")).toBeVisible();
  await page.keyboard.press("Control+z");
  await expect(page.getByText("showing 10 of 10")).toBeVisible();
  await expect.poll(async () => (await drawn()).length).toBe(10);
});

test("a run looks at nothing but the area that was drawn for it", async ({ page }) => {
  await signIn(page, server);
  const area = (await drawn()).find(({ geometry }) => geometry?.type === "Polygon");
  await page.goto(`${server.url}/images/${imageId}?finding=${area?.id}`);
  await expect(page.getByRole("region", { name: "Selected finding" })).toBeVisible();
  await page.getByRole("button", { name: "Analyse" }).click();
  const panel = page.getByRole("dialog", { name: "New analysis" });
  await panel
    .getByRole("combobox", { name: /^Where/ })
    .selectOption({ label: (await panel.getByRole("option", { name: /^Selected: field/ }).textContent()) ?? "" });
  const started = page.waitForResponse(
    (response) => response.request().method() === "POST" && response.url().endsWith("/runs"),
  );
  await panel.getByRole("button", { name: "Start analysis" }).click();
  const run: { configuration: { region: { type: string } | null } } = await (await started).json();
  expect(run.configuration.region?.type).toBe("Polygon");
});

test("the keys of the hand's work and a palette of all commands are one key away", async ({ page }) => {
  await signIn(page, server);
  await page.goto(`${server.url}/images/${imageId}`);
  await expect(page.getByText(/showing \d+ of \d+/)).toBeVisible();
  await page.keyboard.press("p");
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Keys" });
  await expect(sheet.getByText("Take the last corner away")).toBeVisible();
  await sheet.getByRole("button", { name: "Review" }).click();
  await expect(sheet.getByText("Skip: leave it to others or to later")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Command" }).fill("hide all");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Show findings" })).toBeVisible();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Command" }).fill("library");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Library" })).toBeVisible();
});
