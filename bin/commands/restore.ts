import { Command } from "commander";
import { restoreFrom } from "../backup/restore.ts";
import { withInstallation } from "./installation.ts";

/** `tessera restore`: an installation from a backup, on a machine that has none yet. */
export const restoreCommand = new Command("restore")
  .description("bring a backup back into an empty installation")
  .argument("<folder>", "what backup wrote")
  .action(async (folder: string) => {
    const { rows, blobs } = await withInstallation(() => restoreFrom(folder));
    process.stdout.write(`restored ${rows} rows and ${blobs} blobs\n`);
  });
