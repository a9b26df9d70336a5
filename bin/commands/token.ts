import { Command, Option } from "commander";
import { ROLES, type Role } from "#lib/core/access/role.ts";
import { CLI } from "#lib/server/access/principal.ts";
import { createToken } from "#lib/server/access/tokens.ts";
import { withInstallation } from "./installation.ts";

async function create(options: { role: Role; name: string; json?: true }): Promise<void> {
  const { token, id, role } = await withInstallation(() =>
    createToken({ name: options.name, role: options.role }, CLI.actor),
  );
  process.stdout.write(options.json ? `${JSON.stringify({ token, id, role })}\n` : `${token}\n`);
  if (!options.json) process.stderr.write("Keep it: it is shown this once.\n");
}

/** `tessera token`: tokens for programs. */
export const tokenCommand = new Command("token").description("tokens for programs").addCommand(
  new Command("create")
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .description("make a token; it is shown once")
    .addOption(new Option("--role <role>", "what it may do").choices(ROLES).makeOptionMandatory())
    .option("--name <name>", "what it is for, as the audit log shows it", "cli")
    .option("--json", "print it as JSON")
    .action(create),
);
