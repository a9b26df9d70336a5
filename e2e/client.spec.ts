import { spawnSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "@playwright/test";
import { generateApi } from "swagger-typescript-api";
import { type RunningServer, startServer, tessera } from "#e2e/support/server.ts";

/** What others make of the OpenAPI document: a typed client, by a generator of theirs. */

const ROOT = join(import.meta.dirname, "..");
/** Inside the project, where its packages are found. */
const FOLDER = join(ROOT, "test-results", "client");

let server: RunningServer;
let dataDir: string;
test.beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tessera-client-"));
  server = await startServer({ dataDir });
  const document = await (await server.api("viewer")).get<object>("/api/v1/openapi.json");
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  await writeFile(join(FOLDER, "openapi.json"), JSON.stringify(document));
  const { files } = await generateApi({ input: join(FOLDER, "openapi.json"), output: false, silent: true });
  await writeFile(join(FOLDER, "client.ts"), files.map(({ fileContent }) => fileContent).join("\n"));
  await copyFile(join(import.meta.dirname, "fixtures", "use-client.ts"), join(FOLDER, "use-client.ts"));
});
test.afterAll(async () => {
  await server?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** What the compiler says of a file beside the generated client. */
function compile(file: string): string {
  const strict = [
    "--strict",
    "--noUncheckedIndexedAccess",
    "--skipLibCheck",
    "--noEmit",
    "--ignoreConfig",
    "--pretty",
    "false",
    "--allowImportingTsExtensions",
  ];
  const where = [
    "--module",
    "esnext",
    "--moduleResolution",
    "bundler",
    "--target",
    "es2024",
    "--lib",
    "es2024,dom,dom.iterable",
  ];
  const { stdout, stderr } = spawnSync(
    join(ROOT, "node_modules", ".bin", "tsc"),
    [...strict, ...where, "--types", "node", file],
    {
      cwd: FOLDER,
      encoding: "utf8",
    },
  );
  return stdout + stderr;
}

test("the client that is generated from it compiles, and knows what routes take and give", async () => {
  expect(compile("use-client.ts")).toBe("");
  const used = await readFile(join(FOLDER, "use-client.ts"), "utf8");
  for (const [right, wrong] of [
    ['preset: "vehicles"', "preset: 7"],
    ["limit: 100", 'limit: "many"'],
    ["({ label }) => label", "({ caption }) => caption"],
  ] as const) {
    expect(used).toContain(right);
    await writeFile(join(FOLDER, "wrong.ts"), used.replace(right, wrong));
    expect(compile("wrong.ts"), wrong).toContain("error TS");
  }
});

test("the client takes a picture from its upload to its findings", async () => {
  const { stdout } = await tessera(dataDir, ["token", "create", "--role", "operator", "--json"]);
  const { analyse } = await import(pathToFileURL(join(FOLDER, "use-client.ts")).href);
  const picture = new Blob([await readFile(join(ROOT, "samples", "terrain2.png"))]);
  const { state, labels } = await analyse(server.url, JSON.parse(stdout).token, picture);
  expect(state).toBe("completed");
  expect(labels.length).toBeGreaterThan(2);
  expect(new Set(labels)).toEqual(new Set(["vehicle"]));
});
