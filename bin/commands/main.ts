import { Command, CommanderError } from "commander";
import { describeError, exitCodeOf } from "./exit-code.ts";

/** Every command, loaded only when it is called: `grid` must not wait for what `serve` needs. */
const COMMANDS: Record<string, () => Promise<Command>> = {
  serve: async () => (await import("./serve.ts")).serveCommand,
  grid: async () => (await import("./grid.ts")).gridCommand,
  merge: async () => (await import("./merge.ts")).mergeCommand,
  ingest: async () => (await import("./ingest.ts")).ingestCommand,
  upload: async () => (await import("./upload.ts")).uploadCommand,
  analyze: async () => (await import("./analyze.ts")).analyzeCommand,
  runs: async () => (await import("./runs.ts")).runsCommand,
  pause: async () => (await import("./control.ts")).pauseCommand,
  resume: async () => (await import("./control.ts")).resumeCommand,
  cancel: async () => (await import("./control.ts")).cancelCommand,
  retry: async () => (await import("./control.ts")).retryCommand,
  limits: async () => (await import("./limits.ts")).limitsCommand,
  export: async () => (await import("./export.ts")).exportCommand,
  import: async () => (await import("./import.ts")).importCommand,
  evaluate: async () => (await import("./evaluate.ts")).evaluateCommand,
  verify: async () => (await import("./verify.ts")).verifyCommand,
  compare: async () => (await import("./compare.ts")).compareCommand,
  backup: async () => (await import("./backup.ts")).backupCommand,
  restore: async () => (await import("./restore.ts")).restoreCommand,
  user: async () => (await import("./user.ts")).userCommand,
  token: async () => (await import("./token.ts")).tokenCommand,
  doctor: async () => (await import("./doctor.ts")).doctorCommand,
};

async function main(argv: readonly string[]): Promise<void> {
  const program = new Command("tessera")
    .description("Cuts very large pictures into tiles, has models look at each, and joins the answers.")
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  const asked = argv.find((word) => !word.startsWith("-"));
  const names = asked !== undefined && asked in COMMANDS ? [asked] : Object.keys(COMMANDS);
  for (const name of names) {
    const load = COMMANDS[name];
    if (load) program.addCommand((await load()).exitOverride().configureOutput({ writeErr: () => undefined }));
  }
  if (asked === undefined && argv.length === 0) {
    process.stdout.write(program.helpInformation());
    return;
  }
  await program.parseAsync(argv, { from: "user" });
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const code = exitCodeOf(error);
  const isHelp = error instanceof CommanderError && code === 0;
  if (!isHelp) process.stderr.write(`tessera: ${describeError(error)}\n`);
  if (process.env["TESSERA_DEBUG"] && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exitCode = code;
}
