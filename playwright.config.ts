import { defineConfig } from "@playwright/test";
import { browserLaunch } from "#e2e/support/browser.ts";

/** What holds within a second, or says what the machine as a whole does, has the two cores for itself. */
const ALONE = /(find-more|limits|operations|run-page|two-processes)\.spec\.ts$/;

const projects = [
  // `npm test` runs two of these files at once: each has a server, a database and a data folder of its own.
  { name: "beside", testMatch: "**/*.spec.ts", testIgnore: ALONE },
  { name: "alone", testMatch: ALONE },
];

export default defineConfig({
  testDir: "e2e",
  // What takes long, with many seeds, is `npm run verify`.
  projects: process.env["TESSERA_VERIFY"] ? [{ name: "verify", testMatch: "**/*.verify.ts" }] : projects,
  workers: 1,
  // Starting a server in a hook has no other limit, whatever a file sets for its tests; a busy machine takes its time.
  timeout: 240_000,
  // On a machine that others use as well, one in some hundred waits is too short. What needed its second try is told at the end.
  retries: process.env["TESSERA_VERIFY"] ? 0 : 1,
  expect: { timeout: 15_000 },
  reporter: [["list"], ["json", { outputFile: "test-results/e2e.json" }]],
  outputDir: "test-results/e2e",
  use: { launchOptions: await browserLaunch(), screenshot: "only-on-failure", viewport: { width: 1440, height: 900 } },
});
