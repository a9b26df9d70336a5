import { expect, type Page, test } from "@playwright/test";
import { currentOf, type ReviewSetting, startReview } from "#e2e/support/review.ts";

/** Fast review through a server restart and a lost connection; a tab that crashes; three people at once on one picture. */

test.setTimeout(600_000);

let setting: ReviewSetting;
test.afterEach(() => setting?.close());

test("at sixty decisions a minute and more, through a restart and a lost connection, none is dropped or doubled", async ({
  browser,
}) => {
  setting = await startReview(12, 10);
  const { context, page } = await setting.open(browser, "ann@example.org");
  await page.keyboard.press("Shift+R");
  await page.getByRole("application", { name: "Picture" }).focus();
  const wanted = new Map<string, string>();
  const keys = ["y", "x", "y", "1"] as const;
  const began = Date.now();
  let restarted: Promise<void> | null = null;
  for (let at = 0; at < 100; at += 1) {
    if (at === 20) restarted = setting.restart();
    if (at === 60) await context.setOffline(true);
    if (at === 70) await context.setOffline(false);
    await expect.poll(() => currentOf(page), { timeout: 60_000, intervals: [20] }).not.toBeNull();
    const id = (await currentOf(page)) ?? "";
    const key = keys[at % keys.length] ?? "y";
    expect(wanted.has(id), "a finding came twice").toBe(false);
    wanted.set(id, key === "x" ? "rejected" : "accepted");
    await page.keyboard.press(key);
    await page.waitForTimeout(250);
  }
  const minutes = (Date.now() - began) / 60_000;
  await restarted;
  console.log(`${Math.round(100 / minutes)} decisions a minute`);
  expect(100 / minutes).toBeGreaterThanOrEqual(60);
  await expect(page.getByRole("region", { name: "Review" }).getByText("Saved")).toBeVisible({ timeout: 60_000 });
  const found = new Map((await setting.findings()).map((each) => [each.id, each]));
  for (const [id, review] of wanted) {
    expect(found.get(id)?.review).toBe(review);
    expect((await setting.history(id)).length, "entries of history").toBe(1);
  }
  expect([...found.values()].filter(({ review }) => review !== "unreviewed")).toHaveLength(100);
  await context.close();
});

test("a tab that crashes while somebody draws loses the unfinished shape and nothing else", async ({ browser }) => {
  setting = await startReview(4, 3);
  const { context, page } = await setting.open(browser, "ann@example.org");
  const box = await page.getByTestId("viewer").boundingBox();
  if (!box) throw new Error("there is no picture");
  const drag = async (left: number, top: number): Promise<void> => {
    await page.mouse.move(box.x + left, box.y + top);
    await page.mouse.down();
    await page.mouse.move(box.x + left + 50, box.y + top + 40, { steps: 3 });
    await page.mouse.up();
  };
  await page.keyboard.press("r");
  await page.getByLabel("Draw as").selectOption({ index: 1 });
  await drag(150, 100);
  await expect(page.getByText("Saved")).toBeVisible();
  await context.setOffline(true);
  await drag(250, 100);
  await drag(350, 100);
  await page.keyboard.press("p");
  await page.mouse.click(box.x + 200, box.y + 300);
  await page.mouse.click(box.x + 260, box.y + 300);
  const crashed = page.waitForEvent("crash");
  await page.goto("chrome://crash").catch(() => undefined);
  await crashed;
  await page.close();
  await context.setOffline(false);
  const again = await context.newPage();
  await again.goto(`${setting.server.url}/images/${setting.imageId}?run=${setting.runId}`);
  const drawn = async () => (await setting.findings()).filter(({ source }) => source === "person").length;
  await expect.poll(drawn, { timeout: 30_000 }).toBe(3);
  await again.waitForTimeout(1000);
  expect(await drawn()).toBe(3);
  await context.close();
});

/** What a page shows of each finding. */
async function listed(page: Page): Promise<string[]> {
  const names = await page
    .getByRole("listbox", { name: "Findings" })
    .getByRole("option")
    .evaluateAll((options) => options.map((option) => `${option.id} ${option.getAttribute("aria-label")}`));
  return names.sort();
}

test("three people change one picture for a minute: all see the same in the end, and undo is of one's own", async ({
  browser,
}) => {
  // Few enough that each page has all of them in sight.
  setting = await startReview(3, 3);
  const chosen = await setting.findings();
  expect(chosen.length).toBeGreaterThan(8);
  expect(chosen.length).toBeLessThan(28);
  const entries = new Map<string, number>();
  for (const { id } of chosen) entries.set(id, (await setting.history(id)).length);
  const people = await Promise.all(["ann", "bob", "eve"].map((name) => setting.open(browser, `${name}@example.org`)));
  const until = Date.now() + 60_000;
  const hands = people.map(async ({ page }, person) => {
    let chance = person * 7919 + 13;
    const pick = (most: number): number => {
      chance = (chance * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((chance / 2_147_483_648) * most);
    };
    while (Date.now() < until) {
      const finding = chosen[pick(chosen.length)];
      await page.goto(`${setting.server.url}/images/${setting.imageId}?run=${setting.runId}&finding=${finding?.id}`);
      await expect(page.getByRole("region", { name: "Selected finding" })).toBeVisible();
      for (let deed = 0; deed < 6; deed += 1) {
        const key = ["y", "x", "q", "1", "Control+z", "j", "Control+Shift+z"][pick(7)] ?? "j";
        await page.keyboard.press(key);
        await page.waitForTimeout(60 + pick(120));
      }
    }
  });
  await Promise.all(hands);
  for (const { page } of people) {
    await expect(page.getByText(/kept here|Saving/)).toHaveCount(0, { timeout: 30_000 });
    await page.getByLabel("Sort findings").selectOption("label");
  }
  const truth = new Map((await setting.findings()).map((each) => [each.id, each]));
  const lists = await Promise.all(people.map(({ page }) => listed(page)));
  expect(lists[0]).toHaveLength(chosen.length);
  expect(lists[1]).toEqual(lists[0]);
  expect(lists[2]).toEqual(lists[0]);
  for (const line of lists[0] ?? []) {
    const id = line.slice("finding-".length).split(" ")[0] ?? "";
    const { label = "", review = "" } = truth.get(id) ?? {};
    expect(line).toContain(label);
    if (review !== "unreviewed") expect(line).toContain(review);
  }
  // Every change of a finding is in its history, one after the other, each by somebody.
  for (const { id, version } of chosen) {
    // A merge may have raised the version before anybody came.
    const added = (await setting.history(id)).length - (entries.get(id) ?? 0);
    expect(added).toBe((truth.get(id)?.version ?? Number.NaN) - version);
  }

  // Undo of one's own only: what others made of the same finding stays.
  const [ann, bob] = people;
  const target = chosen[0];
  if (!ann || !bob || !target) throw new Error("everybody is here");
  const fresh = async () => (await setting.findings()).find(({ id }) => id === target.id);
  const address = `${setting.server.url}/images/${setting.imageId}?run=${setting.runId}&finding=${target.id}`;
  for (const { page } of [ann, bob]) {
    await page.goto(address);
    await expect(page.getByRole("region", { name: "Selected finding" })).toBeVisible();
  }
  await bob.page.keyboard.press("q");
  await expect.poll(async () => (await fresh())?.review).toBe("unreviewed");
  await ann.page.goto(address);
  await expect(ann.page.getByRole("region", { name: "Selected finding" })).toBeVisible();
  await ann.page.keyboard.press("y");
  await expect.poll(async () => (await fresh())?.review).toBe("accepted");
  await bob.page.goto(address);
  await expect(bob.page.getByRole("region", { name: "Selected finding" })).toBeVisible();
  await bob.page.keyboard.press("x");
  await expect.poll(async () => (await fresh())?.review).toBe("rejected");
  await expect(ann.page.locator(`#finding-${target.id}`)).toHaveAccessibleName(/rejected/);
  await ann.page.keyboard.press("Control+z");
  await expect(ann.page.getByText(/Left as it is/)).toBeVisible();
  expect((await fresh())?.review).toBe("rejected");
  await Promise.all(people.map(({ context }) => context.close()));
});
