import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { type RunningServer, startServer } from "#e2e/support/server.ts";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

let server: RunningServer;
let dataDir: string;
test.beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tessera-axe-"));
  server = await startServer({ dataDir });
});
test.afterAll(async () => {
  await server?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

test.setTimeout(300_000);

test("axe finds nothing on any page, in light and in dark", async ({ page }) => {
  await page.goto(`${server.url}/sign-in`);
  expect(await violations(page)).toEqual([]);
  await page.goto(server.signInLink);
  await expect(page.getByRole("button", { name: /Analyse Off-road vehicles/ })).toBeVisible();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(page)).toEqual([]);
  }
  await page.getByRole("button", { name: /Analyse Off-road vehicles/ }).click();
  await expect(page.getByText("showing 5 of 5")).toBeVisible({ timeout: 60_000 });
  await page.getByRole("listbox", { name: "Findings" }).getByRole("option").first().click();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog", { name: "Keys" })).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
  }
  await page.goto(server.url);
  await expect(page.getByRole("link", { name: /terrain2/ }).first()).toBeVisible();
  expect(await violations(page)).toEqual([]);
});
