import { expect, test } from "vitest";
import {
  playwrightFailures,
  playwrightSchema,
  playwrightSecondTries,
  vitestFailures,
  vitestSchema,
} from "./failures.ts";

test("tests that failed in vitest are told with file, name and reason, and files that could not be loaded", () => {
  const report = vitestSchema.parse({
    numPassedTests: 1,
    testResults: [
      {
        name: "/project/lib/a.test.ts",
        status: "failed",
        message: "",
        assertionResults: [
          { status: "passed", fullName: "holds", failureMessages: [] },
          { status: "failed", fullName: "does not", failureMessages: ["\u001b[31mexpected 1\u001b[39m\n  at a.ts"] },
        ],
      },
      { name: "/project/lib/b.test.ts", status: "failed", message: "no such module", assertionResults: [] },
      { name: "/project/lib/c.test.ts", status: "passed", message: "", assertionResults: [] },
    ],
  });
  expect(vitestFailures(report, "/project")).toEqual([
    { where: "lib/a.test.ts", title: "does not", reason: "expected 1\n  at a.ts" },
    { where: "lib/b.test.ts", title: "the file itself", reason: "no such module" },
  ]);
});

test("tests that failed in Playwright are found in suites within suites", () => {
  const spec = (title: string, ok: boolean) => ({
    title,
    ok,
    file: "a.spec.ts",
    line: 7,
    tests: [{ results: [{ errors: ok ? [] : [{ message: "timed out" }] }] }],
  });
  const report = playwrightSchema.parse({
    stats: { expected: 1, flaky: 0 },
    suites: [{ specs: [spec("first", false)], suites: [{ specs: [spec("second", true), spec("third", false)] }] }],
  });
  expect(playwrightFailures(report)).toEqual([
    { where: "e2e/a.spec.ts:7", title: "first", reason: "timed out" },
    { where: "e2e/a.spec.ts:7", title: "third", reason: "timed out" },
  ]);
  expect(playwrightSecondTries(report)).toEqual([]);
});

test("tests that passed in Playwright when they were tried again are told apart from those that failed", () => {
  const results = [{ errors: [{ message: "too slow" }] }, { errors: [] }];
  const spec = { title: "waits", ok: true, file: "a.spec.ts", line: 7, tests: [{ results }] };
  const report = playwrightSchema.parse({ stats: { expected: 0, flaky: 1 }, suites: [{ specs: [spec] }] });
  expect(playwrightFailures(report)).toEqual([]);
  expect(playwrightSecondTries(report)).toEqual([{ where: "e2e/a.spec.ts:7", title: "waits", reason: "too slow" }]);
});
