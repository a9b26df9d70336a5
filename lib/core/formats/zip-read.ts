import { messageOf, TesseraError } from "../errors.ts";
import type { Source } from "./source.ts";
import { through } from "./through.ts";

/** A file of an archive, to be read as often as is wanted. */
export type ZipEntry = { path: string; read(): AsyncIterable<Uint8Array> };

const END_BYTES = 22;
/** The end of an archive, and the longest comment that may follow it. */
const MOST_END = END_BYTES + 0xffff;
/** What a list of files has at most: an archive of labels has one a picture. */
const MOST_DIRECTORY = 64 * 1024 * 1024;

/** Files of a zip archive. Throws `bad-input` where it is none, or of a kind that is not read (encrypted, over 4 GB). */
export async function readZip(source: Source): Promise<ZipEntry[]> {
  const tail = await bytesOf(source, Math.max(0, source.bytes - MOST_END), source.bytes);
  const end = endOf(tail);
  if (end === null) throw new TesseraError("bad-input", "this is not a zip archive");
  const view = viewOf(tail);
  const [count, size, start] = [
    view.getUint16(end + 10, true),
    view.getUint32(end + 12, true),
    view.getUint32(end + 16, true),
  ];
  if (start === 0xffffffff || count === 0xffff)
    throw new TesseraError("bad-input", "zip archives over 4 GB are not read");
  if (size > MOST_DIRECTORY || start + size > source.bytes) refuse();
  return entriesOf(source, await bytesOf(source, start, start + size), count);
}

function endOf(tail: Uint8Array): number | null {
  const view = viewOf(tail);
  for (let at = tail.length - END_BYTES; at >= 0; at--) if (view.getUint32(at, true) === 0x06054b50) return at;
  return null;
}

function entriesOf(source: Source, directory: Uint8Array, count: number): ZipEntry[] {
  const view = viewOf(directory);
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + 46 > directory.length || view.getUint32(at, true) !== 0x02014b50) refuse();
    const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
    const packed = view.getUint32(at + 20, true);
    const [name, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true)) as [
      number,
      number,
      number,
    ];
    const offset = view.getUint32(at + 42, true);
    const path = new TextDecoder().decode(directory.subarray(at + 46, at + 46 + name));
    entries.push({ path, read: () => contentOf(source, { path, flags, method, packed, offset }) });
    at += 46 + name + extra + comment;
  }
  return entries;
}

type Place = { path: string; flags: number; method: number; packed: number; offset: number };

async function* contentOf(source: Source, { path, flags, method, packed, offset }: Place): AsyncGenerator<Uint8Array> {
  if (flags & 1) throw new TesseraError("bad-input", `${path} is encrypted`);
  const head = viewOf(await bytesOf(source, offset, offset + 30));
  if (head.byteLength < 30 || head.getUint32(0, true) !== 0x04034b50) refuse();
  const start = offset + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  const range = { start, end: start + packed };
  if (range.end > source.bytes) refuse();
  if (method === 0) yield* source.read(range);
  else if (method === 8) yield* unpacked(source.read(range), path);
  else throw new TesseraError("bad-input", `${path} is packed by method ${method}; only deflate is read`);
}

async function* unpacked(bytes: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* through(bytes, new DecompressionStream("deflate-raw"));
  } catch (error) {
    if (error instanceof TesseraError) throw error;
    throw new TesseraError("bad-input", `${path} can't be unpacked: ${messageOf(error)}`, { cause: error });
  }
}

async function bytesOf(source: Source, start: number, end: number): Promise<Uint8Array> {
  const whole = new Uint8Array(Math.max(0, Math.min(end, source.bytes) - start));
  let at = 0;
  for await (const piece of source.read({ start, end: start + whole.length })) {
    whole.set(piece.subarray(0, whole.length - at), at);
    at += piece.length;
  }
  return whole;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function refuse(): never {
  throw new TesseraError("bad-input", "this zip archive is damaged");
}
