import { TesseraError } from "../errors.ts";
import { crc32 } from "./crc32.ts";
import { through } from "./through.ts";

/** A file of an archive: its path with `/`, and its text or bytes piece by piece. */
export type ZipMember = { path: string; texts: AsyncIterable<string | Uint8Array> };

/** What zip without its 64-bit extension can say. */
const MOST = 0xffffffff;
/** Sizes follow the data (bit 3), names are UTF-8 (bit 11). */
const FLAGS = 0x0808;
const DEFLATE = 8;
/** 1 January 1980, the zero of zip: the same findings give the same archive. */
const DATE = 0x0021;

type Written = { path: Uint8Array; crc: number; packed: number; size: number; offset: number };

/**
 * A zip archive (PKWARE APPNOTE 6.3.3, deflate), streamed: each member is packed as its texts come. Throws `too-large` past 4 GB.
 */
export async function* zipOf(members: AsyncIterable<ZipMember>): AsyncGenerator<Uint8Array> {
  const written: Written[] = [];
  let offset = 0;
  for await (const { path, texts } of members) {
    const member: Written = { path: new TextEncoder().encode(path), crc: 0, packed: 0, size: 0, offset };
    const head = localHead(member);
    yield head;
    for await (const piece of through(measured(texts, member), new CompressionStream("deflate-raw"))) {
      member.packed += piece.length;
      yield piece;
    }
    yield record(0x08074b50, [member.crc, 4], [member.packed, 4], [member.size, 4]);
    offset += head.length + member.packed + 16;
    if (offset > MOST || member.size > MOST) throw new TesseraError("too-large", "a zip archive holds 4 GB at most");
    written.push(member);
  }
  const start = offset;
  for (const member of written) {
    const entry = centralEntry(member);
    offset += entry.length;
    yield entry;
  }
  const count = written.length;
  yield record(0x06054b50, [0, 2], [0, 2], [count, 2], [count, 2], [offset - start, 4], [start, 4], [0, 2]);
}

async function* measured(texts: ZipMember["texts"], member: Written): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const text of texts) {
    const bytes = typeof text === "string" ? encoder.encode(text) : text;
    member.crc = crc32(bytes, member.crc);
    member.size += bytes.length;
    yield bytes;
  }
}

function localHead({ path }: Written): Uint8Array {
  const about = [20, FLAGS, DEFLATE, 0, DATE].map((value): Field => [value, 2]);
  const sizes = [0, 0, 0].map((value): Field => [value, 4]);
  return joined(record(0x04034b50, ...about, ...sizes, [path.length, 2], [0, 2]), path);
}

function centralEntry({ path, crc, packed, size, offset }: Written): Uint8Array {
  const about = [20, 20, FLAGS, DEFLATE, 0, DATE].map((value): Field => [value, 2]);
  const sizes = [crc, packed, size].map((value): Field => [value, 4]);
  const rest = [path.length, 0, 0, 0, 0].map((value): Field => [value, 2]);
  return joined(record(0x02014b50, ...about, ...sizes, ...rest, [0, 4], [offset, 4]), path);
}

/** A number and how many bytes it has. */
type Field = [value: number, bytes: 2 | 4];

/** A record of numbers, low byte first, after its four-byte mark. */
function record(mark: number, ...fields: Field[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 + fields.reduce((sum, [, bytes]) => sum + bytes, 0)));
  view.setUint32(0, mark, true);
  let at = 4;
  for (const [value, bytes] of fields) {
    if (bytes === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += bytes;
  }
  return new Uint8Array(view.buffer);
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
