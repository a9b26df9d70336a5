import { Command } from "commander";
import { backUp } from "../backup/back-up.ts";
import { withInstallation } from "./installation.ts";

/** `tessera backup`: database and blobs into a new folder. */
export const backupCommand = new Command("backup")
  .description("write database and blobs to a new folder")
  .argument("<folder>", "where to; it must not hold anything yet")
  .action(async (folder: string) => {
    const { tables, rows, blobs, bytes } = await withInstallation(() => backUp(folder));
    process.stdout.write(`${folder}: ${rows} rows of ${tables} tables, ${blobs} blobs of ${bytes} bytes\n`);
  });
