import { Command } from "commander";
import { isGood, type Verification, verifyReport } from "#lib/server/reports/verify-report.ts";
import { withInstallation } from "./installation.ts";

const SINCE = { same: "as then", changed: "changed since", gone: "not here any more" } as const;

async function run(file: string, { json }: { json?: true }): Promise<void> {
  await withInstallation(async () => {
    const found = await verifyReport(file);
    process.stdout.write(json ? `${JSON.stringify({ good: isGood(found), ...found })}\n` : sentences(found));
    if (!isGood(found)) process.exitCode = 1;
  });
}

function sentences(found: Verification): string {
  const lines = [
    `file           ${found.intact ? "as it was signed" : "changed since it was signed"}`,
    `signature      ${found.ours ? "of this installation" : "not of this installation"}`,
    `image          ${SINCE[found.image]}`,
    `configuration  ${SINCE[found.configuration]}`,
    `findings       ${SINCE[found.findings]}`,
    isGood(found) ? `the report of run ${found.run} still matches` : `the report of run ${found.run} does not match`,
  ];
  return `${lines.join("\n")}\n`;
}

/** `tessera verify`: whether a signed report still matches. */
export const verifyCommand = new Command("verify")
  .description(
    "say whether a signed report (PDF, or its manifest) was changed, and whether it still matches the database",
  )
  .argument("<report>", "the file")
  .option("--json", "print JSON")
  .action(run);
