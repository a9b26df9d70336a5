import { expect, test } from "@playwright/test";
import { currentOf, type ReviewSetting, startReview } from "#e2e/support/review.ts";

/** Review mode as two people use it: one after the other by keys, none twice, estimates, many at once, and who was first. */

test.describe.configure({ mode: "serial" });

// Pictures are drawn without a graphics card here.
test.setTimeout(300_000);

let setting: ReviewSetting;
test.beforeAll(async () => {
  // Enough for all who come: a page that went away without a word holds its findings for a minute.
  setting = await startReview(12, 10);
});
test.afterAll(() => setting?.close());

test("one key decides and goes on; what is decided in random order tells the precision; undo goes back", async ({
  browser,
}) => {
  const { context, page } = await setting.open(browser, "ann@example.org");
  await page.keyboard.press("Shift+R");
  const bar = page.getByRole("region", { name: "Review" });
  await bar.getByLabel("Order of review").selectOption("random");
  await expect(bar.getByText(/^0 decided, \d+ to review$/)).toBeVisible();
  await expect.poll(() => currentOf(page)).not.toBeNull();
  await page.getByRole("application", { name: "Picture" }).focus();
  const decided: [string | null, string][] = [];
  for (const key of ["y", "y", "x", "y", "x"]) {
    decided.push([await currentOf(page), key === "y" ? "accepted" : "rejected"]);
    await page.keyboard.press(key);
  }
  await expect(bar.getByText(/^5 decided/)).toBeVisible();
  await page.screenshot({ path: "test-results/review.png" });
  // The fifth is taken back, looked at again, and accepted.
  await page.keyboard.press("u");
  expect(await currentOf(page)).toBe(decided[4]?.[0]);
  await page.keyboard.press("c");
  await page.getByRole("textbox", { name: "Comment" }).last().fill("at the edge");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("y");
  decided[4] = [decided[4]?.[0] ?? null, "accepted"];
  await expect(bar.getByText(/^Precision 80% \(38%–96%\)/)).toBeVisible();
  const found = new Map((await setting.findings()).map((each) => [each.id, each.review]));
  for (const [id, review] of decided) expect(found.get(id ?? "")).toBe(review);
  const comments = await setting.api.get<{ items: { text: string }[] }>(`/api/v1/findings/${decided[4]?.[0]}/comments`);
  expect(comments.items.map(({ text }) => text)).toEqual(["at the edge"]);

  // Back and on again changes nothing; the estimate opens, by class and with what is wanting.
  await page.keyboard.press("k");
  await page.keyboard.press("j");
  await bar.getByRole("button", { name: /^Estimates/ }).click();
  await expect(page.getByText(/^\d+ more$/).first()).toBeVisible();
  await context.close();
});

test("two people never have the same finding before them, and what one leaves the other gets", async ({ browser }) => {
  const [ann, bob] = await Promise.all(["ann", "bob"].map((name) => setting.open(browser, `${name}@example.org`)));
  if (!ann || !bob) throw new Error("both have come");
  const seen = { ann: new Set<string>(), bob: new Set<string>() };
  for (const { page } of [ann, bob]) {
    await page.getByRole("button", { name: "Review", exact: true }).click();
    await page.getByRole("application", { name: "Picture" }).focus();
  }
  for (let step = 0; step < 8; step += 1) {
    for (const [name, { page }] of [
      ["ann", ann],
      ["bob", bob],
    ] as const) {
      await expect.poll(() => currentOf(page)).not.toBeNull();
      seen[name].add((await currentOf(page)) ?? "");
      await page.keyboard.press("s");
    }
  }
  expect(seen.ann.size).toBe(8);
  expect(seen.bob.size).toBe(8);
  expect([...seen.ann].filter((id) => seen.bob.has(id))).toEqual([]);
  await Promise.all([ann.context.close(), bob.context.close()]);
});

test("all above a confidence are accepted after a look at how many, and taken back as one", async ({ browser }) => {
  const { context, page } = await setting.open(browser, "ann@example.org");
  const before = await setting.findings();
  await page.keyboard.press("Shift+A");
  const dialog = page.getByRole("dialog", { name: "Accept all above a confidence" });
  const thumb = dialog.getByRole("slider", { name: "Least confidence" });
  await thumb.focus();
  await page.keyboard.press("Home");
  const undecided = before.filter(({ review }) => review === "unreviewed").length;
  await dialog.getByRole("button", { name: `Accept ${undecided} findings` }).click();
  await expect(page.getByText(`${undecided} findings accepted`)).toBeVisible();
  await page.keyboard.press("Control+z");
  await expect(page.getByText(`Taken back from ${undecided} findings`)).toBeVisible();
  await page.keyboard.press("Control+Shift+Z");
  await expect(page.getByText(`Done again to ${undecided} findings`)).toBeVisible();
  expect((await setting.findings()).every(({ review }) => review !== "unreviewed")).toBe(true);
  await page.keyboard.press("Control+z");
  await expect
    .poll(async () => (await setting.findings()).filter(({ review }) => review === "unreviewed").length)
    .toBe(undecided);
  const decisions = (await setting.findings()).map(({ id, review }) => [id, review]);
  expect(decisions).toEqual(before.map(({ id, review }) => [id, review]));
  await context.close();
});

test("who was second sees what both made of it, and may still have it their way", async ({ browser }) => {
  const { context, page } = await setting.open(browser, "ann@example.org");
  const open = (await setting.findings()).find(({ review }) => review === "unreviewed");
  if (!open) throw new Error("nothing is left to decide");
  await page.goto(`${setting.server.url}/images/${setting.imageId}?run=${setting.runId}&finding=${open.id}`);
  await expect(page.getByText(/^showing [1-9]/)).toBeVisible();
  await expect(page.getByRole("region", { name: "Selected finding" })).toBeVisible();
  await context.setOffline(true);
  await page.keyboard.press("x");
  await expect(page.getByText("1 kept here until the server is back")).toBeVisible();
  const patch = {
    method: "PATCH",
    body: JSON.stringify({ label: "other", review: "accepted" }),
    headers: { "content-type": "application/json" },
  };
  expect((await setting.api.fetch(`/api/v1/findings/${open.id}`, patch)).status).toBe(200);
  await context.setOffline(false);
  await page.getByRole("button", { name: "1 conflict" }).click();
  const dialog = page.getByRole("dialog", { name: "Somebody else was first" });
  await expect(dialog.getByRole("row", { name: "Decision to review accepted rejected" })).toBeVisible();
  await page.screenshot({ path: "test-results/conflict.png" });
  await dialog.getByRole("button", { name: "Use mine" }).click();
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  const after = (await setting.findings()).find(({ id }) => id === open.id);
  expect(after).toMatchObject({ review: "rejected", label: "other" });
  await context.close();
});
