import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { bindingsOf, type Scope } from "#components/review/keys.ts";

/** A key as Playwright spells it. */
function pressable(key: string): string {
  return key
    .replace("Ctrl+", "Control+")
    .replace(/Shift\+([a-z])$/, (_, letter: string) => `Shift+${letter.toUpperCase()}`);
}

/** Presses keys of a scope, each with what is seen of it, and knows which are left. */
export function keysOf(page: Page, scope: Scope) {
  const left = new Set(bindingsOf(scope).flatMap(({ keys }) => keys));
  return {
    left: () => [...left],
    async press(key: string, seen: () => Promise<unknown>): Promise<void> {
      expect(bindingsOf(scope).some(({ keys }) => keys.includes(key))).toBe(true);
      await test.step(`${scope}: ${key}`, async () => {
        await page.keyboard.press(pressable(key));
        await seen();
      });
      left.delete(key);
    },
  };
}
export type Press = ReturnType<typeof keysOf>["press"];

/** What a person sees of the workspace with a picture of that size in it. */
export function sightOf(page: Page, picture: { width: number; height: number }) {
  const viewer = page.getByTestId("viewer");
  const details = page.getByRole("region", { name: "Selected finding" });
  const parameter = (name: string): string | null => new URL(page.url()).searchParams.get(name);
  const tool = (name: string) =>
    page.getByRole("toolbar", { name: "Viewer tools" }).getByRole("button", { name, exact: true });
  const fact = async (name: string): Promise<string> =>
    (await details.locator("dl > div", { hasText: name }).locator("dd").first().textContent()) ?? "";
  return {
    viewer,
    details,
    tool,
    parameter,
    fact,
    zoom: page.getByTestId("zoom"),
    /** A dialog of that name is there, and goes with Escape. */
    async opens(name: string): Promise<void> {
      await expect(page.getByRole("dialog", { name })).toBeVisible();
      await page.keyboard.press("Escape");
      await expect(page.getByRole("dialog")).toHaveCount(0);
    },
    shown: (count: number) => () => expect(page.getByText(`showing ${count} of`)).toBeVisible(),
    row: (id: string | null) => page.locator(`#finding-${id}`),
    inHand: (name: string) => () => expect(tool(name)).toHaveAttribute("aria-pressed", "true"),
    selects: (id: string | null) => () => expect.poll(() => parameter("finding")).toBe(id),
    label: (name: string) => () => expect(details.getByRole("heading", { level: 2 })).toHaveText(name),
    toast: (text: string | RegExp) => () => expect(page.getByText(text).first()).toBeVisible(),
    async changes(read: () => unknown, before: unknown): Promise<void> {
      await expect.poll(read).not.toEqual(before);
    },
    /** The whole picture is in view, and fills it one way. */
    async whole(): Promise<void> {
      const fitting = async (): Promise<number> => {
        const box = await viewer.boundingBox();
        if (!box) throw new Error("there is no picture");
        const shown = Number.parseInt((await page.getByTestId("zoom").textContent()) ?? "", 10);
        return Math.abs(shown - 100 * Math.min(box.width / picture.width, box.height / picture.height));
      };
      await expect.poll(fitting).toBeLessThanOrEqual(1);
    },
    async picture(): Promise<string> {
      return (await viewer.screenshot()).toString("base64");
    },
    async pointAtMiddle(): Promise<void> {
      const box = await viewer.boundingBox();
      if (!box) throw new Error("there is no picture");
      // Once the picture has come to rest.
      await page.waitForTimeout(700);
      await page.mouse.move(box.x + box.width / 2 - 3, box.y + box.height / 2, { steps: 2 });
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 2 });
    },
  };
}
export type Sight = ReturnType<typeof sightOf>;

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** Fails where axe finds something, in light or in dark; `scheme` is what the page is in before and after. */
export async function isAccessible(page: Page, scheme: "light" | "dark"): Promise<void> {
  for (const colorScheme of [scheme === "light" ? "dark" : "light", scheme] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
    expect(found, colorScheme).toEqual([]);
  }
}

const TOOLS: [key: string, name: string][] = [
  ["g", "Choose by a rectangle"],
  ["Shift+g", "Choose by a lasso"],
  ["e", "Edit the shape"],
  ["r", "Draw a rectangle"],
  ["w", "Draw a turned rectangle"],
  ["o", "Draw an ellipse"],
  ["p", "Draw a polygon"],
  ["v", "Draw a line of many parts"],
  ["f", "Draw free-hand"],
  ["b", "Brush"],
  ["l", "Ruler"],
  [".", "Set a point"],
];

/** What `read` gives once it has been the same for a while: views glide to where they go. */
async function atRest<T>(page: Page, read: () => Promise<T>): Promise<T> {
  let last = await read();
  for (let same = 0; same < 4; ) {
    await page.waitForTimeout(150);
    const now = await read();
    same = now === last ? same + 1 : 0;
    last = now;
  }
  return last;
}

/** The keys that all scopes share; the tool in hand is `inHand` before and after. */
export async function pressAnywhere(page: Page, press: Press, see: Sight, inHand: string): Promise<void> {
  const zoom = () => see.zoom.textContent();
  await press("0", see.whole);
  await press("z", () => expect(see.zoom).toHaveText("100%"));
  for (const key of ["+", "="]) {
    const before = await zoom();
    await press(key, () => see.changes(zoom, before));
  }
  const near = await zoom();
  await press("-", () => see.changes(zoom, near));
  for (const key of ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]) {
    const place = () => `${see.parameter("x")}, ${see.parameter("y")}`;
    const before = await atRest(page, async () => place());
    await press(`Alt+${key}`, () => see.changes(place, before));
  }
  await page.keyboard.press("0");
  await see.whole();
  await press("h", () => expect(see.tool("Show findings")).toBeVisible());
  await page.keyboard.press("h");
  await press("Shift+f", () => expect.poll(() => see.parameter("flip")).toBe("1"));
  await page.keyboard.press("Shift+F");
  await press("Ctrl+k", () => see.opens("Find a command"));
  await press("?", () => see.opens("Keys"));
  await see.inHand(inHand)();
}

/** The keys of the tools, each taken from a hand that holds `held`. */
export async function pressTools(
  page: Page,
  press: Press,
  see: Sight,
  held: { key: string; name: string },
): Promise<void> {
  for (const [key, name] of TOOLS) {
    await press(key, see.inHand(name));
    await page.keyboard.press(pressable(held.key));
    await see.inHand(held.name)();
  }
}
