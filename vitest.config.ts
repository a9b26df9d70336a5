import { defineConfig } from "vitest/config";

const skipped = ["node_modules/**", ".next/**", ".tessera/**", "e2e/**"];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["**/*.test.{ts,tsx}"],
          exclude: [...skipped, "**/*.db.test.ts", "**/*.verify.test.ts"],
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
          maxWorkers: 2,
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
