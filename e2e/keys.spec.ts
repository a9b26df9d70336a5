import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { insertRun } from "#e2e/support/findings.ts";
import {
  isAccessible,
  keysOf,
  type Press,
  pressAnywhere,
  pressTools,
  type Sight,
  sightOf,
} from "#e2e/support/key-presses.ts";
import { noisePages } from "#e2e/support/pictures.ts";
import { connectTo, type RunningServer, startServer } from "#e2e/support/server.ts";
import { signIn } from "#e2e/support/sign-in.ts";

/**
 * Every key of the key sheet, in each scope that it is listed in: pressed, and what a person sees of it looked for, by turns in light and in
 * dark; axe looks at each mode in both. A key that is added to the list and not pressed here fails.
 */

// Pictures are drawn without a graphics card here.
test.setTimeout(600_000);

const CLASSES = ["ash", "birch", "cedar", "dogwood", "elm", "fir", "gum", "hazel", "ivy"];
/** Three lie on each other in the middle of the picture, the others on a grid. */
const [OUTER, MIDDLE, INNER] = ["ash", "birch", "cedar"];
const SQUARES = [
  { x: 462, y: 291, side: 100, label: OUTER, score: 0.99 },
  { x: 482, y: 311, side: 60, label: MIDDLE, score: 0.98 },
  { x: 500, y: 329, side: 24, label: INNER, score: 0.97 },
  ...Array.from({ length: 54 }, (_, at) => ({
    x: 20 + (at % 18) * 54,
    y: 20 + Math.floor(at / 18) * 70,
    side: 30,
    label: CLASSES[at % 9] ?? "",
    score: 0.9 - at / 100,
  })),
];
let server: RunningServer;
let dataDir: string;
let imageId: string;
let documentId: string;
test.beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tessera-keys-"));
  server = await startServer({ dataDir });
  const picture = await readFile(join(import.meta.dirname, "..", "samples", "terrain2.png"));
  imageId = (await server.upload("road.png", picture)).id;
  documentId = (await server.upload("pages.tif", await noisePages(2, 128, 128))).id;
});
test.afterAll(async () => {
  await server?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** What is done to the selected finding, with a tool in hand that selects. */
async function pressSelected(page: Page, press: Press, see: Sight): Promise<void> {
  const count = SQUARES.length;
  await press("t", () => see.opens("Relabel"));
  await press("Shift+l", () => expect(see.details.getByRole("button", { name: "Unlock the shape" })).toBeVisible());
  await page.keyboard.press("Shift+L");
  await expect(see.details.getByRole("button", { name: "Lock the shape" })).toBeVisible();
  await press("Ctrl+d", see.shown(count + 1));
  await press("Delete", see.shown(count));
  // One after the other of what lies under the pointer, the smallest first; then as they are stacked.
  await page.keyboard.press("0");
  await see.pointAtMiddle();
  const next = async (label: string): Promise<void> => {
    await page.keyboard.press("n");
    await see.label(label)();
  };
  await next(INNER);
  await press("n", see.label(MIDDLE));
  await next(OUTER);
  await next(INNER);
  await next(MIDDLE);
  await press("Alt+PageUp", () => next(INNER));
  await press("Alt+PageDown", () => next(MIDDLE));
  await press("Alt+h", see.toast("1 finding put aside"));
  await see.shown(count - 1)();
  for (const _deed of ["aside", "down", "up"]) await page.keyboard.press("Control+z");
  await see.shown(count)();
}

async function open(page: Page, colorScheme: "light" | "dark"): Promise<Sight> {
  const database = await connectTo(dataDir);
  const runId = await insertRun(database, imageId, SQUARES);
  await database.end();
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  await signIn(page, server);
  await page.goto(`${server.url}/images/${imageId}?run=${runId}`);
  const see = sightOf(page, { width: 1024, height: 682 });
  await see.shown(SQUARES.length)();
  await expect(see.zoom).toBeVisible();
  return see;
}

test("keys on the picture", async ({ page }) => {
  const see = await open(page, "light");
  const { press, left } = keysOf(page, "viewer");
  const selected = () => see.parameter("finding");
  // Those that lie on each other are left for later.
  for (const _before of [OUTER, MIDDLE, INNER, "the first of the grid"]) {
    const before = selected();
    await page.keyboard.press("j");
    await see.changes(selected, before);
  }
  for (const key of ["j", "ArrowRight", "ArrowDown", "k", "ArrowLeft", "ArrowUp"]) {
    const before = selected();
    await press(key, () => see.changes(selected, before));
  }
  await isAccessible(page, "light");
  const first = selected();
  await press("y", () => expect(see.row(first)).toHaveAccessibleName(/accepted$/));
  await see.changes(selected, first);
  const second = selected();
  await press("x", () => expect(see.row(second)).toHaveAccessibleName(/rejected$/));
  await press("u", () => expect(see.row(second)).not.toHaveAccessibleName(/rejected$/));
  await press("Ctrl+Shift+z", () => expect(see.row(second)).toHaveAccessibleName(/rejected$/));
  await press("Ctrl+z", () => expect(see.row(second)).not.toHaveAccessibleName(/rejected$/));
  await press("Ctrl+y", () => expect(see.row(second)).toHaveAccessibleName(/rejected$/));
  await see.selects(second)();
  await press("q", () => expect(see.row(second)).not.toHaveAccessibleName(/rejected$/));
  for (const [at, name] of CLASSES.entries()) await press(String(at + 1), see.label(name));
  await press("Backspace", () => expect(see.row(second)).toHaveAccessibleName(/rejected$/));
  await press("c", () => see.opens("Comment on this ivy"));
  await press("Escape", see.selects(null));
  await page.keyboard.press("j");
  await see.changes(selected, null);
  await pressSelected(page, press, see);
  await page.keyboard.press("Escape");

  const asPictures = page.getByRole("button", { name: "As pictures" });
  await press("i", () => expect(asPictures).toHaveAttribute("aria-pressed", "true"));
  await page.keyboard.press("i");
  await press("d", () => expect(page.getByTestId("viewer-beside").locator("canvas").first()).toBeVisible());
  await page.keyboard.press("d");
  await expect(page.getByTestId("viewer-beside")).toHaveCount(0);
  await press("Shift+a", () => see.opens("Accept all above a confidence"));
  await press("]", () => expect.poll(() => see.parameter("rotate")).toBe("90"));
  await press("[", () => expect.poll(() => see.parameter("rotate")).toBeNull());
  await press("m", see.inHand("Move"));
  await pressTools(page, press, see, { key: "m", name: "Move" });
  await pressAnywhere(page, press, see, "Move");

  // Held alone, Shift shows the picture without anything on it.
  await page.mouse.move(5, 5);
  await page.waitForTimeout(700);
  const covered = await see.picture();
  await page.keyboard.down("Shift");
  await see.changes(see.picture, covered);
  await page.keyboard.up("Shift");
  await expect.poll(see.picture).toBe(covered);
  await press("Shift+r", () => expect(page.getByRole("region", { name: "Review" })).toBeVisible());

  // Pages are turned where there are several.
  await page.goto(`${server.url}/images/${documentId}`);
  await expect(page.getByRole("navigation", { name: "Page strip" })).toBeVisible();
  await press("PageDown", () => expect.poll(() => see.parameter("page")).toBe("2"));
  await press("PageUp", () => expect.poll(() => see.parameter("page")).toBeNull());
  expect(left()).toEqual([]);
});

test("keys with a drawing tool in hand", async ({ page }) => {
  const see = await open(page, "dark");
  const { press, left } = keysOf(page, "drawing");
  const count = SQUARES.length;
  await page.keyboard.press("r");
  for (const [at, name] of CLASSES.entries()) {
    await press(String(at + 1), () => expect(page.getByLabel("Draw as")).toHaveValue(name));
  }
  await isAccessible(page, "dark");
  await press("Enter", see.shown(count + 1));
  await see.changes(() => see.parameter("finding"), null);
  const id = see.parameter("finding");
  await press("Ctrl+z", see.shown(count));
  await press("Ctrl+Shift+z", see.shown(count + 1));
  await page.keyboard.press("Control+z");
  await see.shown(count)();
  await press("Ctrl+y", see.shown(count + 1));
  await see.selects(id)();
  const [centre, size] = [() => see.fact("Centre"), () => see.fact("Size")];
  for (const held of ["", "Shift+", "Ctrl+"]) {
    const read = held === "Ctrl+" ? size : centre;
    for (const key of ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]) {
      await page.waitForTimeout(500);
      const before = await read();
      await press(held + key, () => see.changes(read, before));
    }
  }
  await page.waitForTimeout(500);
  const grown = await size();
  await press("u", () => see.changes(size, grown));

  await page.keyboard.press("b");
  const width = page.getByText(/^\d+ px wide/);
  const before = await width.textContent();
  await press("]", () => expect(width).not.toHaveText(before ?? ""));
  await press("[", () => expect(width).toHaveText(before ?? ""));
  // Held Space moves the picture, whatever is in hand.
  await page.keyboard.press("r");
  const box = await see.viewer.boundingBox();
  const [left0, top0] = [(box?.x ?? 0) + 300, (box?.y ?? 0) + 300];
  const place = see.parameter("x");
  await page.keyboard.down("Space");
  await page.mouse.move(left0, top0);
  await page.mouse.down();
  await page.mouse.move(left0 + 120, top0, { steps: 5 });
  await page.mouse.up();
  await page.keyboard.up("Space");
  await see.changes(() => see.parameter("x"), place);
  await see.shown(count + 1)();
  await page.keyboard.press("0");
  await page.keyboard.press("p");
  const points = () => page.getByTestId("draft").locator("path").first().getAttribute("d");
  for (const [x, y] of [
    [300, 600],
    [360, 600],
    [340, 640],
  ] as const) {
    await page.mouse.click((box?.x ?? 0) + x, (box?.y ?? 0) + y, { delay: 30 });
  }
  const three = await points();
  await press("Backspace", () => see.changes(points, three));
  await press("Escape", () => expect(page.getByTestId("draft").locator("path")).toHaveCount(0));
  await see.inHand("Draw a polygon")();

  // What was drawn goes; the others are worked on with the tool that edits.
  await page.keyboard.press("Escape");
  await see.selects(id)();
  await page.keyboard.press("Delete");
  await see.shown(count)();
  await page.keyboard.press("j");
  await page.keyboard.press("e");
  await pressSelected(page, press, see);
  await pressAnywhere(page, press, see, "Edit the shape");
  await pressTools(page, press, see, { key: "e", name: "Edit the shape" });
  await press("m", see.inHand("Move"));
  expect(left()).toEqual([]);
});

test("keys in review", async ({ page }) => {
  const see = await open(page, "light");
  const { press, left } = keysOf(page, "review");
  const bar = page.getByRole("region", { name: "Review" });
  const current = () => bar.getAttribute("data-finding");
  await page.keyboard.press("Shift+R");
  await expect.poll(current).not.toBeNull();
  await isAccessible(page, "light");
  const decided = (count: number) => expect(bar.getByText(new RegExp(`^${count} decided`))).toBeVisible();
  const [one, rest] = [await current(), CLASSES.length];
  await press("y", () => decided(1));
  await expect(see.row(one)).toHaveAccessibleName(/accepted$/);
  const two = await current();
  await press("x", () => decided(2));
  await expect(see.row(two)).toHaveAccessibleName(/rejected$/);
  await press("u", () => expect.poll(current).toBe(two));
  await press("Ctrl+Shift+z", () => decided(2));
  await press("Ctrl+z", () => decided(1));
  await press("Ctrl+y", () => decided(2));
  for (const key of ["s", "j", "ArrowRight"]) {
    const before = await current();
    await press(key, () => see.changes(current, before));
  }
  for (const key of ["k", "ArrowLeft"]) {
    const before = await current();
    await press(key, () => see.changes(current, before));
  }
  await press("t", () => see.opens("Relabel"));
  await press("c", () => see.opens("Comment on this"));
  for (const [at, name] of CLASSES.entries()) {
    const id = await current();
    await press(String(at + 1), () => expect(see.row(id)).toHaveAccessibleName(new RegExp(`^${name}, .*accepted$`)));
    await see.changes(current, id);
  }
  await decided(2 + rest);
  await press("Shift+a", () => see.opens("Accept all above a confidence"));
  await press("m", see.inHand("Move"));
  await pressTools(page, press, see, { key: "m", name: "Move" });
  await pressAnywhere(page, press, see, "Move");
  await expect(bar).toBeVisible();
  await press("Escape", () => expect(bar).toHaveCount(0));
  await page.keyboard.press("Shift+R");
  await expect(bar).toBeVisible();
  await press("Shift+r", () => expect(bar).toHaveCount(0));
  expect(left()).toEqual([]);
});
