/**
 * Character error rate of the preset `text`, page by page.
 *
 *   npm run bench -- text DATA
 *
 * DATA holds `documents/` with pages and their texts. What was read is printed, too, with `--show`.
 */
import path from "node:path";
import { closeInferencePools } from "#lib/models/registry.ts";
import type { ProviderSettings } from "#lib/models/settings.ts";
import { DOCUMENT_CASES, readDocument } from "./quality/documents.ts";

const none = undefined;
const settings: ProviderSettings = {
  localWorkers: 2,
  keys: { openai: none, anthropic: none, google: none, gateway: none, openaiCompatible: none },
};
const [data, ...flags] = process.argv.slice(process.argv[2] === "text" ? 3 : 2);
if (data === undefined) {
  process.stderr.write("name the folder of the pictures: npm run bench -- text DATA\n");
  process.exitCode = 2;
} else {
  console.log(
    "| page | kind | turned | scale | tiles | words | confidence | character errors | word errors | seconds |",
  );
  console.log("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
  const wanted = flags.find((flag) => !flag.startsWith("--")) ?? "";
  for (const page of DOCUMENT_CASES.filter(({ file }) => file.includes(wanted))) {
    const result = await readDocument(path.join(data, "documents"), page, settings);
    const { characterErrorRate, wordErrorRate, tiles, words, confidence, ms, text } = result;
    const cells = [
      ...[page.file, page.kind, page.turn ?? 0, page.scale ?? 1, tiles, words, confidence.toFixed(2)],
      ...[characterErrorRate?.toFixed(4), wordErrorRate?.toFixed(4), (ms / 1000).toFixed(1)],
    ];
    console.log(`| ${cells.join(" | ")} |`);
    if (flags.includes("--show")) console.log(text);
  }
  await closeInferencePools();
}
