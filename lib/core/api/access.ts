import { z } from "zod";
import { ROLES } from "../access/role.ts";

/** A token to be made. */
export const newTokenSchema = z.strictObject({
  name: z.string().trim().min(1).max(200).default("token"),
  role: z.enum(ROLES),
});

/** A token as the API shows it; the secret is in the answer to its making only. */
export const tokenSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  role: z.enum(ROLES),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
});
export type ApiToken = z.infer<typeof tokenSchema>;

/** A person to be let in. */
export const newPersonSchema = z.strictObject({ email: z.email().max(320), role: z.enum(ROLES) });

/** A change to a person: another role, or shut out. */
export const personPatchSchema = z
  .strictObject({ role: z.enum(ROLES), disabled: z.boolean() })
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, "name at least one field to change");

/** A person as the API shows them. */
export const personSchema = z.object({
  id: z.uuid(),
  email: z.string(),
  role: z.enum(ROLES),
  disabled: z.boolean(),
  createdAt: z.iso.datetime(),
});
export type Person = z.infer<typeof personSchema>;

/** Who the caller is. */
export const sessionSchema = z.object({
  actor: z.string(),
  role: z.enum(ROLES),
  kind: z.enum(["session", "token", "cli"]),
});
