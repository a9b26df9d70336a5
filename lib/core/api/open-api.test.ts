import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { PICTURE_ROUTES } from "../../server/pictures/picture-routes.ts";
import { OPERATIONS, openApiDocument } from "./open-api.ts";
import { EXAMPLES } from "./operations/examples.ts";
import { IIIF_OPERATIONS } from "./operations/iiif-operations.ts";

const ROOT = join(import.meta.dirname, "../../../app/api/v1");

/** `METHOD /path role` of every exported handler below `app/api/v1`, where the role is what its wrapper asks for, and of pictures. */
async function routes(): Promise<string[]> {
  const files = (await readdir(ROOT, { recursive: true })).filter((file) => file.endsWith("route.ts"));
  const found = await Promise.all(
    files.map(async (file) => {
      const source = await readFile(join(ROOT, file), "utf8");
      const path = `/${file.replace(/\/?route\.ts$/, "").replace(/\[(\w+)\]/g, "{$1}")}`;
      const handlers = source.matchAll(
        /export (?:const|async function|function) ([A-Z]+)\b(?: = withAccess\(\s*"(\w+)")?/g,
      );
      return [...handlers].map(([, method, role]) => `${method} ${path} ${role ?? "NOT BEHIND withAccess"}`);
    }),
  );
  const pictures = PICTURE_ROUTES.filter(({ kind }) => kind === "api").map(
    ({ path, role }) => `GET ${path.replace("/api/v1", "")} ${role}`,
  );
  return [...found.flat(), ...pictures].sort();
}

describe("the OpenAPI document", () => {
  it("tells every route there is, with its role, and none that is not", async () => {
    const told = OPERATIONS.map(({ method, path, role }) => `${method.toUpperCase()} ${path} ${role}`).sort();
    expect(told).toEqual(await routes());
    const iiif = PICTURE_ROUTES.filter(({ kind }) => kind === "iiif").map(({ path }) => path);
    // The base address only leads to the information document.
    expect(IIIF_OPERATIONS.map(({ path }) => `/iiif/3${path}`)).toEqual(
      iiif.filter((path) => !path.endsWith("{identifier}")),
    );
  });

  it("shows an example of every body of JSON, and each would be taken", () => {
    const bodies = OPERATIONS.flatMap(({ method, path, body }) =>
      body instanceof z.ZodType ? [[`${method} ${path}`, body] as const] : [],
    );
    expect(bodies.map(([name]) => name).sort()).toEqual(Object.keys(EXAMPLES).sort());
    for (const [name, body] of bodies) {
      const taken = body.safeParse(EXAMPLES[name]);
      expect([name, taken.error?.issues]).toEqual([name, undefined]);
    }
    expect(openApiDocument()).toHaveProperty(
      ["paths", "/api/v1/runs/{runId}", "patch", "requestBody", "content", "application/json", "example"],
      { concurrency: 32 },
    );
  });

  it("has a name of its own for every operation, and its parameters", () => {
    const text = JSON.stringify(openApiDocument());
    const names = [...text.matchAll(/"operationId":"([^"]+)"/g)].map((match) => match[1]);
    expect(names).toHaveLength(OPERATIONS.length + IIIF_OPERATIONS.length);
    expect(new Set(names).size).toBe(names.length);
    expect(openApiDocument()).toMatchObject({
      openapi: "3.1.0",
      paths: {
        "/api/v1/images/{imageId}/findings": {
          get: {
            parameters: expect.arrayContaining([
              { name: "imageId", in: "path", required: true, schema: { type: "string" } },
              expect.objectContaining({
                name: "bbox",
                explode: false,
                schema: expect.objectContaining({ type: "array" }),
              }),
              expect.objectContaining({
                name: "limit",
                required: false,
                schema: expect.objectContaining({ type: "integer" }),
              }),
            ]),
          },
        },
        "/api/v1/images/{imageId}/runs": {
          post: { requestBody: { content: { "application/json": { schema: { type: "object" } } } } },
        },
      },
    });
  });
});
