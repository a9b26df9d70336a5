import type { Stats } from "node:fs";
import { type FileHandle, lstat, open, readdir, readlink, realpath, stat } from "node:fs/promises";
import { basename, join, relative, sep } from "node:path";
import type { Readable } from "node:stream";
import { environment } from "#lib/config/env.ts";
import type { ImportEntry } from "#lib/core/api/images.ts";
import { TesseraError } from "#lib/core/errors.ts";

/** Entries of one folder that are listed; more make a poor dialog. */
const MOST_ENTRIES = 5000;
const READ_BYTES = 1024 * 1024;

/** A file of the import folder, open for reading: it stays this file whatever is moved or linked meanwhile. */
export type ImportFile = {
  /** Opens as the very file that is held, also in a child process, where the system can say so (Linux). */
  path: string;
  /** Below the import folder, with `/`. */
  relativePath: string;
  name: string;
  bytes: number;
  /** Milliseconds since 1970. */
  modifiedMs: number;
  read(): Readable;
  close(): Promise<void>;
};

/**
 * Opens a file below the import folder for reading. What was opened is asked where it is, after it was opened: neither `..` nor a
 * link that is changed at the right moment leads out of the folder. Throws `bad-input` for anything that is no file in it, and
 * `bad-request` where there is no such folder.
 */
export async function openImportFile(path: string): Promise<ImportFile> {
  const root = await importRoot();
  const missing = () => new TesseraError("bad-input", `there is no file ${path} in the import folder`);
  const asked = path.includes("\0") ? "" : join(root, path);
  // A pipe would be waited for until somebody writes into it.
  if (!(await stat(asked).catch(() => null))?.isFile()) throw missing();
  const handle = await open(asked, "r").catch(() => {
    throw missing();
  });
  try {
    const found = await handle.stat();
    const place = await placeOf(handle, found, asked);
    if (!found.isFile() || place === null || !place.startsWith(root + sep)) throw missing();
    return {
      path: process.platform === "linux" ? `/proc/${process.pid}/fd/${handle.fd}` : place,
      relativePath: relative(root, place).split(sep).join("/"),
      name: basename(place),
      bytes: found.size,
      modifiedMs: Math.floor(found.mtimeMs),
      read: () => handle.createReadStream({ start: 0, autoClose: false, highWaterMark: READ_BYTES }),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** What a folder below the import folder holds, folders first. Links that lead out of it, and what is hidden, are not shown. */
export async function readImportFolder(path: string): Promise<ImportEntry[]> {
  const root = await importRoot();
  const missing = () => new TesseraError("bad-input", `there is no folder ${path || "/"} in the import folder`);
  const folder = await realpath(join(root, path.replaceAll("\0", ""))).catch(() => {
    throw missing();
  });
  if (folder !== root && !folder.startsWith(root + sep)) throw missing();
  const names = await readdir(folder).catch(() => {
    throw missing();
  });
  const shown = names.filter((name) => !name.startsWith(".")).slice(0, MOST_ENTRIES);
  const entries = await Promise.all(shown.map((name) => entryOf(root, join(folder, name))));
  return entries
    .filter((entry) => entry !== null)
    .sort((a, b) =>
      a.kind === b.kind ? a.name.localeCompare(b.name, "en", { numeric: true }) : a.kind > b.kind ? -1 : 1,
    );
}

/** A file's path below the import folder, where it lies there; null where not, or where there is no such folder. */
export async function importPathOf(file: string): Promise<string | null> {
  const { importDir } = environment();
  if (importDir === undefined) return null;
  const [root, place] = await Promise.all([realpath(importDir), realpath(file)]).catch(() => ["", ""]);
  return root !== "" && place?.startsWith(root + sep)
    ? relative(root ?? "", place)
        .split(sep)
        .join("/")
    : null;
}

async function entryOf(root: string, path: string): Promise<ImportEntry | null> {
  const place = await realpath(path).catch(() => null);
  const found = place?.startsWith(root + sep) ? await stat(place).catch(() => null) : null;
  if (!found || (!found.isFile() && !found.isDirectory())) return null;
  const below = relative(root, path).split(sep).join("/");
  const name = basename(path);
  return found.isFile()
    ? { kind: "file", name, path: below, bytes: found.size }
    : { kind: "folder", name, path: below, bytes: null };
}

/** The real path of what is open, or null where it cannot be told. */
async function placeOf(handle: FileHandle, found: Stats, asked: string): Promise<string | null> {
  if (process.platform === "linux") return readlink(`/proc/self/fd/${handle.fd}`);
  const place = await realpath(asked).catch(() => null);
  const there = place === null ? null : await lstat(place).catch(() => null);
  return there && there.dev === found.dev && there.ino === found.ino ? place : null;
}

async function importRoot(): Promise<string> {
  const { importDir } = environment();
  if (importDir === undefined) {
    throw new TesseraError("bad-request", "no import folder is configured", { remedy: "set TESSERA_IMPORT_DIR" });
  }
  return realpath(importDir).catch(() => {
    throw new TesseraError("configuration", "the import folder does not exist", { remedy: "mount it, or make it" });
  });
}
