import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Command, Option } from "commander";
import { z } from "zod";
import { environment } from "#lib/config/env.ts";
import { ROLES, type Role } from "#lib/core/access/role.ts";
import { CLI } from "#lib/server/access/principal.ts";
import { addUser } from "#lib/server/access/sign-in.ts";
import { withInstallation } from "./installation.ts";

/** Where the web of this data folder is, or would be. */
async function webAddress(): Promise<string> {
  try {
    const text = await readFile(join(environment().dataDir, "server.json"), "utf8");
    return z.object({ url: z.url() }).parse(JSON.parse(text)).url;
  } catch {
    return "http://127.0.0.1:3000";
  }
}

async function add(email: string, options: { role: Role; json?: true }): Promise<void> {
  const { path, ...user } = await withInstallation(() => addUser({ email, role: options.role }, CLI.actor));
  const link = `${await webAddress()}${path}`;
  process.stdout.write(options.json ? `${JSON.stringify({ ...user, link })}\n` : `${link}\n`);
  if (!options.json) process.stderr.write(`${user.email} (${user.role}) signs in by it once, within a day.\n`);
}

/** `tessera user`: people. */
export const userCommand = new Command("user").description("people").addCommand(
  new Command("add")
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .description("let a person in, or give them another role; prints a one-time sign-in link")
    .argument("<email>")
    .addOption(new Option("--role <role>", "what they may do").choices(ROLES).makeOptionMandatory())
    .option("--json", "print it as JSON")
    .action(add),
);
