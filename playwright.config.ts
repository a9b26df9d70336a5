import { defineConfig } from "@playwright/test";
import { browserLaunch } from "#e2e/support/browser.ts";

export default defineConfig({
  testDir: "e2e",
  // What takes long, with many seeds, is `npm run verify`.
  testMatch: process.env["TESSERA_VERIFY"] ? "**/*.verify.ts" : "**/*.spec.ts",
  // Two cores: servers, Postgres and a browser share them.
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [["list"], ["json", { outputFile: "test-results/e2e.json" }]],
  outputDir: "test-results/e2e",
  use: { launchOptions: await browserLaunch(), screenshot: "only-on-failure", viewport: { width: 1440, height: 900 } },
});
