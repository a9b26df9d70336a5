import { defineConfig } from "vitest/config";

const skipped = ["node_modules/**", ".next/**", ".tessera/**", "e2e/**"];
/** Pure code: it keeps nothing between files, so these share a process and what they import. */
const PURE = ["lib/core/**/*.test.ts", "components/**/*.test.{ts,tsx}"];
const long = ["**/*.db.test.ts", "**/*.verify.test.ts"];

export default defineConfig({
  test: {
    // Left to itself it keeps one of two cores free.
    maxWorkers: 2,
    projects: [
      {
        test: { name: "pure", include: PURE, exclude: [...skipped, ...long], isolate: false, testTimeout: 60_000 },
      },
      {
        test: {
          name: "unit",
          include: ["**/*.test.{ts,tsx}"],
          exclude: [...skipped, ...long, ...PURE],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "db",
          include: ["**/*.db.test.ts"],
          exclude: skipped,
          globalSetup: ["db/test-server.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "verify",
          include: ["**/*.verify.test.ts"],
          exclude: skipped,
          testTimeout: 1_800_000,
        },
      },
    ],
  },
});
