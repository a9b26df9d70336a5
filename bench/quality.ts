/**
 * How well every preset does on every picture with ground truth, beside untiled inference and tiles of a third of the picture; trees from
 * ten examples, pages of text, and what moderation would block.
 *
 *   TESSERA_QUALITY_DATA=FOLDER npm run bench -- quality [PRESET|moderation]
 *
 * Writes docs/quality.md where all is measured. It fails nothing.
 */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { projectRoot } from "#lib/config/paths.ts";
import { closeInferencePools } from "#lib/models/registry.ts";
import { qualityCases } from "./quality/cases.ts";
import { DOCUMENT_CASES, readDocument } from "./quality/documents.ts";
import { measure } from "./quality/measure.ts";
import { judgeFolders } from "./quality/moderation.ts";
import { SETTINGS } from "./quality/open-page.ts";
import { detail, type Measured, type PageResult, qualityPage } from "./quality/page.ts";
import { measureTrees } from "./quality/trees.ts";

const DRAWS = 4;

const data = process.env["TESSERA_QUALITY_DATA"] ?? path.join(projectRoot(), "..", "data");
const [wanted] = process.argv.slice(2).filter((word) => word !== "quality");
const isWanted = (part: string): boolean => wanted === undefined || wanted === part;
const say = (line: string): boolean => process.stderr.write(`${line}\n`);

/** Each of what a generator yields, said when it is there. */
async function heard<T>(all: AsyncIterable<T>, line: (each: T) => string): Promise<T[]> {
  const list: T[] = [];
  for await (const each of all) {
    list.push(each);
    say(line(each));
  }
  return list;
}

async function* boxes() {
  for (const one of await qualityCases(data)) if (isWanted(one.preset)) yield await measure(data, one);
}

async function* pages(): AsyncGenerator<PageResult> {
  const folder = path.join(data, "documents");
  for (const page of isWanted("text") ? DOCUMENT_CASES : []) {
    const read = await readDocument(folder, page, SETTINGS);
    yield { page, read, untiled: read.tiles > 1 ? await readDocument(folder, page, SETTINGS, false) : null };
  }
}

async function measureAll(): Promise<Measured> {
  return {
    boxes: await heard(boxes(), (result) => detail(result).join(" | ")),
    trees: isWanted("trees")
      ? await heard(measureTrees(data, { counts: [10], draws: DRAWS }), (tree) => JSON.stringify(tree))
      : [],
    pages: await heard(pages(), ({ page, read }) => `${page.file} ${read.characterErrorRate}`),
    verdicts: isWanted("moderation") ? await heard(judgeFolders(data), (folder) => JSON.stringify(folder)) : [],
  };
}

if (!existsSync(data)) {
  say("name the folder of the pictures with ground truth in TESSERA_QUALITY_DATA");
  process.exitCode = 2;
} else {
  const text = qualityPage(await measureAll());
  process.stdout.write(text);
  if (wanted === undefined) await writeFile(path.join(projectRoot(), "docs", "quality.md"), text);
  await closeInferencePools();
}
