import { z } from "zod";
import {
  newPersonSchema,
  newTokenSchema,
  personPatchSchema,
  personSchema,
  sessionSchema,
  tokenSchema,
} from "../access.ts";
import { pageOf } from "../params.ts";
import type { Operation } from "./operation.ts";

export const ACCESS_OPERATIONS: readonly Operation[] = [
  { method: "get", path: "/session", role: "viewer", summary: "Who the caller is", status: 200, answer: sessionSchema },
  { method: "delete", path: "/session", role: "viewer", summary: "Signs out", status: 204 },
  { method: "get", path: "/tokens", role: "owner", summary: "Tokens", status: 200, answer: pageOf(tokenSchema) },
  {
    method: "post",
    path: "/tokens",
    role: "owner",
    summary: "Makes a token; its secret is in this answer only",
    body: newTokenSchema,
    status: 201,
    answer: tokenSchema.extend({ token: z.string() }),
  },
  { method: "delete", path: "/tokens/{tokenId}", role: "owner", summary: "Revokes a token, at once", status: 204 },
  { method: "get", path: "/people", role: "owner", summary: "People", status: 200, answer: pageOf(personSchema) },
  {
    method: "post",
    path: "/people",
    role: "owner",
    summary: "Lets a person in; the one-time sign-in link is in this answer only",
    body: newPersonSchema,
    status: 201,
    answer: personSchema.pick({ id: true, email: true, role: true }).extend({ signInPath: z.string() }),
  },
  {
    method: "patch",
    path: "/people/{personId}",
    role: "owner",
    summary: "Gives a person another role, or shuts them out",
    body: personPatchSchema,
    status: 200,
    answer: personSchema,
  },
  {
    method: "get",
    path: "/openapi.json",
    role: "viewer",
    summary: "This document",
    status: 200,
    answer: ["application/json"],
  },
];
