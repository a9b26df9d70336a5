import type { z } from "zod";
import type { Role } from "#lib/core/access/role.ts";

/** One method of one route, as the OpenAPI document tells it. Paths are below `/api/v1`, parameters in braces. */
export type Operation = {
  method: "get" | "head" | "options" | "post" | "put" | "patch" | "delete";
  path: string;
  /** The weakest role that may. */
  role: Role;
  summary: string;
  query?: z.ZodType;
  /** A schema is sent as JSON; a media type stands for bytes. */
  body?: z.ZodType | readonly string[];
  /** Request headers beyond the usual, with what they are for. */
  headers?: Readonly<Record<string, string>>;
  status: 200 | 201 | 204;
  /** A schema is answered as JSON; a media type stands for bytes or text. */
  answer?: z.ZodType | readonly string[];
};
