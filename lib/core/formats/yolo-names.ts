import { TesseraError } from "../errors.ts";
import { baseName, stemOf } from "./file-name.ts";
import type { FormatContext } from "./format.ts";
import { textOf } from "./source.ts";
import type { ZipEntry } from "./zip-read.ts";

/** Where the tools keep the names of classes, one a line by number. */
const LISTS = ["classes.txt", "obj.names", "_darknet.labels", "labels.txt"];
const MOST = 4 * 1024 * 1024;

/** The names of classes by number: from a list, or from the `names` of a `data.yaml`. Throws `bad-input` where there are none. */
export async function classNames(entries: readonly ZipEntry[]): Promise<string[]> {
  const list = LISTS.flatMap((name) => entries.filter(({ path }) => baseName(path) === name))[0];
  if (list)
    return (await wholeText(list)).split(/\r?\n/).filter((name, index, all) => name !== "" || index < all.length - 1);
  const yaml = entries.find(({ path }) => /\.ya?ml$/.test(path));
  const names = yaml ? namesOfYaml(await wholeText(yaml)) : [];
  if (names.length > 0) return names;
  throw new TesseraError("bad-input", "the archive has no list of class names", {
    remedy: "add classes.txt with one name a line, in the order of their numbers",
  });
}

/** `names: [a, b]`, or a list (`- a`) or mapping (`0: a`) below it: what the tools write; other YAML is not understood. */
function namesOfYaml(text: string): string[] {
  const flow = /^names:\s*\[([^\]]*)\]/m.exec(text)?.[1];
  if (flow !== undefined) return flow.split(",").map((name) => unquoted(name));
  const block = /^names:[^\S\n]*\n((?:[^\S\n]*(?:-|\d+:)[^\n]*\n?)+)/m.exec(text)?.[1] ?? "";
  const names: string[] = [];
  for (const [, number, name = ""] of block.matchAll(/^\s*(?:-|(\d+):)\s*(.*?)\s*$/gm)) {
    names[number === undefined ? names.length : Math.min(Number(number), 100_000)] = unquoted(name);
  }
  return Array.from(names, (name) => name ?? "");
}

function unquoted(text: string): string {
  return text.trim().replace(/^(["'])(.*)\1$/, "$2");
}

async function wholeText(entry: ZipEntry): Promise<string> {
  let text = "";
  for await (const piece of textOf(entry.read())) {
    text += piece;
    if (text.length > MOST) throw new TesseraError("bad-input", `${entry.path} is too long for a list of names`);
  }
  return text;
}

/**
 * The files of labels that are about this picture, with the page each is about: all where there is just one, otherwise those of the
 * picture's name. Throws `bad-input` where there is none.
 */
export function pageOfLabels(
  entries: readonly ZipEntry[],
  image: FormatContext["image"],
): { entry: ZipEntry; page: number }[] {
  const stem = stemOf(image.name);
  const files = entries.filter(({ path }) => {
    const name = baseName(path);
    if (!name.endsWith(".txt") || name.startsWith(".") || LISTS.includes(name)) return false;
    return stemOf(name) === stem || !/^(train|val|test|readme.*)\.txt$/i.test(name);
  });
  const ours = files.flatMap((entry) => {
    const name = stemOf(entry.path);
    const [, number] = name.startsWith(stem) ? (/^_page(\d+)$/.exec(name.slice(stem.length)) ?? []) : [];
    if (name === stem) return [{ entry, page: 0 }];
    return number === undefined ? [] : [{ entry, page: Number(number) - 1 }];
  });
  const [only] = files;
  if (ours.length > 0) return ours;
  if (only && files.length === 1) return [{ entry: only, page: 0 }];
  throw new TesseraError("bad-input", `the archive has labels of ${files.length} pictures, none of them ${stem}`, {
    remedy:
      files.length > 0
        ? `it names ${files
            .slice(0, 3)
            .map(({ path }) => path)
            .join(", ")}`
        : "labels are files *.txt",
  });
}
