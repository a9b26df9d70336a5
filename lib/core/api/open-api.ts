import { z } from "zod";
import { ACCESS_OPERATIONS } from "./operations/access-operations.ts";
import { COLLECTION_OPERATIONS } from "./operations/collection-operations.ts";
import { EXAMPLES } from "./operations/examples.ts";
import { EXPORT_OPERATIONS } from "./operations/export-operations.ts";
import { FINDING_OPERATIONS } from "./operations/finding-operations.ts";
import { IIIF_OPERATIONS } from "./operations/iiif-operations.ts";
import { IMAGE_OPERATIONS } from "./operations/image-operations.ts";
import { IMPORT_OPERATIONS } from "./operations/import-operations.ts";
import type { Operation } from "./operations/operation.ts";
import { PRESET_OPERATIONS } from "./operations/preset-operations.ts";
import { REVIEW_OPERATIONS } from "./operations/review-operations.ts";
import { RUN_OPERATIONS } from "./operations/run-operations.ts";
import { UPLOAD_OPERATIONS } from "./operations/upload-operations.ts";
import { problemSchema } from "./problem.ts";

/** Every method of every route below `/api/v1`. */
export const OPERATIONS: readonly Operation[] = [
  ...IMAGE_OPERATIONS,
  ...COLLECTION_OPERATIONS,
  ...UPLOAD_OPERATIONS,
  ...RUN_OPERATIONS,
  ...PRESET_OPERATIONS,
  ...FINDING_OPERATIONS,
  ...REVIEW_OPERATIONS,
  ...EXPORT_OPERATIONS,
  ...IMPORT_OPERATIONS,
  ...ACCESS_OPERATIONS,
];

type JsonSchema = Record<string, unknown>;

function jsonSchema(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest;
}

/** A media type's schema: JSON where one is known, bytes or text where not. */
function content(body: z.ZodType | readonly string[], io: "input" | "output"): JsonSchema {
  if (body instanceof z.ZodType) return { "application/json": { schema: jsonSchema(body, io) } };
  return Object.fromEntries(body.map((mediaType) => [mediaType, {}]));
}

/** The content with an example of what is sent, where it is JSON. */
function withExample(described: JsonSchema, { method, path }: Operation): JsonSchema {
  const example = EXAMPLES[`${method} ${path.replace(/^\/api\/v1/, "")}`];
  const json = described["application/json"];
  return json === undefined || example === undefined ? described : { "application/json": { ...json, example } };
}

/** Parameters are described as they are understood (numbers as numbers); those that the input may lack are optional. */
function queryParameters(query: z.ZodType): JsonSchema[] {
  const understood = z.object({ properties: z.record(z.string(), z.unknown()) }).parse(jsonSchema(query, "output"));
  const { required = [] } = z.object({ required: z.array(z.string()).optional() }).parse(jsonSchema(query, "input"));
  return Object.entries(understood.properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema,
    // A box is one parameter `x,y,w,h`; several labels are several parameters.
    ...(name === "bbox" && { style: "form", explode: false }),
  }));
}

function parameters(operation: Operation): JsonSchema[] {
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
  const inPath = names.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } }));
  const inHeader = Object.entries(operation.headers ?? {}).map(([name, description]) => ({
    name,
    in: "header",
    required: false,
    description,
    schema: { type: "string" },
  }));
  return [...inPath, ...(operation.query ? queryParameters(operation.query) : []), ...inHeader];
}

function describeOperation(operation: Operation): JsonSchema {
  const { method, role, summary, body, status, answer } = operation;
  // A tag and a name are by what the route is of.
  const path = operation.path.replace(/^\/api\/v1/, "").replace(/^\/iiif\/3/, "/iiif");
  const words = path.split("/").filter((part) => part !== "" && !part.startsWith("{"));
  const problem = { description: "a problem (RFC 9457)", content: { "application/problem+json": { schema: PROBLEM } } };
  return {
    operationId: `${method}${path}`.replace(/\W+/g, "-").replace(/-$/, ""),
    summary,
    description: `Takes the role ${role}.`,
    tags: words.slice(0, 1),
    parameters: parameters(operation),
    ...(body && { requestBody: { content: withExample(content(body, "input"), operation) } }),
    responses: {
      [status]: { description: "done", ...(answer && { content: content(answer, "output") }) },
      default: problem,
    },
  };
}

const PROBLEM = { $ref: "#/components/schemas/Problem" };

/** The OpenAPI 3.1 document, from the schemas that the routes parse with. */
export function openApiDocument(): JsonSchema {
  const paths: Record<string, JsonSchema> = {};
  const placed = [
    ...OPERATIONS.map((operation) => ({ ...operation, path: `/api/v1${operation.path}` })),
    ...IIIF_OPERATIONS.map((operation) => ({ ...operation, path: `/iiif/3${operation.path}` })),
  ];
  for (const operation of placed) {
    const { path } = operation;
    paths[path] = { ...paths[path], [operation.method]: describeOperation(operation) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Tessera", version: "1" },
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      schemas: { Problem: jsonSchema(problemSchema, "output") },
      securitySchemes: {
        token: { type: "http", scheme: "bearer" },
        session: { type: "apiKey", in: "cookie", name: "tessera_session" },
      },
    },
  };
}
