import { relative } from "node:path";
import { z } from "zod";

/** One test that failed, with the first lines of the reason. */
export type Failure = { where: string; title: string; reason: string };

const LINES = 12;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what colours a terminal starts with one
const COLOUR = /\u001b\[[0-9;]*m/g;

const firstLines = (text: string): string => text.replaceAll(COLOUR, "").split("\n").slice(0, LINES).join("\n");

export const vitestSchema = z.object({
  numPassedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().default(""),
      assertionResults: z.array(
        z.object({ status: z.string(), fullName: z.string(), failureMessages: z.array(z.string()).nullish() }),
      ),
    }),
  ),
});

/** The failed tests of vitest's JSON report, and the files that could not be loaded. `root`: what paths are told from. */
export function vitestFailures(report: z.infer<typeof vitestSchema>, root: string): Failure[] {
  return report.testResults.flatMap((file) => {
    const where = relative(root, file.name);
    const tests = file.assertionResults.filter((test) => test.status === "failed");
    if (tests.length === 0 && file.status === "failed") {
      return [{ where, title: "the file itself", reason: firstLines(file.message) }];
    }
    return tests.map((test) => ({
      where,
      title: test.fullName,
      reason: firstLines(test.failureMessages?.join("\n") ?? ""),
    }));
  });
}

type Suite = { specs: z.infer<typeof specSchema>[]; suites?: Suite[] | undefined };

const specSchema = z.object({
  title: z.string(),
  file: z.string(),
  line: z.number(),
  ok: z.boolean(),
  tests: z.array(
    z.object({
      results: z.array(z.object({ errors: z.array(z.object({ message: z.string().default("") })).default([]) })),
    }),
  ),
});

const suiteSchema: z.ZodType<Suite> = z.lazy(() =>
  z.object({ specs: z.array(specSchema), suites: z.array(suiteSchema).optional() }),
);

export const playwrightSchema = z.object({
  stats: z.object({ expected: z.number(), flaky: z.number() }),
  suites: z.array(suiteSchema),
});

type PlaywrightReport = z.infer<typeof playwrightSchema>;
type Spec = z.infer<typeof specSchema>;

/** The failed tests of Playwright's JSON report. */
export function playwrightFailures(report: PlaywrightReport): Failure[] {
  return specsOf(report)
    .filter((spec) => !spec.ok)
    .map(failureOf);
}

/** The tests of Playwright's JSON report that passed once they were tried again. */
export function playwrightSecondTries(report: PlaywrightReport): Failure[] {
  return specsOf(report)
    .filter((spec) => spec.ok && errorsOf(spec).length > 0)
    .map(failureOf);
}

function specsOf(report: PlaywrightReport): Spec[] {
  const inside = (suite: Suite): Spec[] => [...suite.specs, ...(suite.suites ?? []).flatMap(inside)];
  return report.suites.flatMap(inside);
}

function errorsOf({ tests }: Spec): string[] {
  return tests.flatMap((test) => test.results.flatMap((result) => result.errors.map(({ message }) => message)));
}

function failureOf(spec: Spec): Failure {
  return {
    where: `e2e/${spec.file}:${spec.line}`,
    title: spec.title,
    reason: firstLines(errorsOf(spec).join("\n")),
  };
}
