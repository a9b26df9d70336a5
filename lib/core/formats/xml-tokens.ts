import { TesseraError } from "../errors.ts";

/** A piece of an XML document: a tag with its attributes as they stand, or text with its references resolved. */
export type XmlToken =
  | { kind: "open"; name: string; attributes: string; closed: boolean }
  | { kind: "close"; name: string }
  | { kind: "text"; text: string };

/** Characters of one tag or text at most. */
const MOST = 16 * 1024 * 1024;

/**
 * Tokens of an XML document of any size, a batch for each piece of text. Comments, processing instructions and document types are
 * passed over; entities beyond XML's own five are not resolved but stay as they are. Throws `bad-input` where a tag never ends.
 */
export async function* xmlTokens(texts: AsyncIterable<string>): AsyncGenerator<XmlToken[]> {
  let rest = "";
  for await (const text of texts) {
    rest += text;
    const batch: XmlToken[] = [];
    rest = rest.slice(takeTokens(rest, batch));
    if (rest.length > MOST) throw new TesseraError("bad-input", "this is not XML: a tag or a text does not end");
    if (batch.length > 0) yield batch;
  }
  if (rest.trim() !== "")
    throw new TesseraError("bad-input", "this is not XML: it ends too early, or is no XML at all");
}

const TAG = /<(?:[^"'<>]|"[^"]*"|'[^']*')*>/y;
/** What is passed over, and character data that is text as it stands: by beginning and end. */
const SPANS = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
] as const;

/** Takes all whole tokens off the beginning of a text; returns how many characters they had. */
function takeTokens(source: string, into: XmlToken[]): number {
  let at = 0;
  for (;;) {
    const tag = source.indexOf("<", at);
    if (tag < 0) return at;
    if (tag > at) into.push({ kind: "text", text: resolve(source.slice(at, tag).trim()) });
    at = tag;
    const span = SPANS.find(([begin]) => source.startsWith(begin, tag));
    if (span) {
      const end = source.indexOf(span[1], tag + span[0].length);
      if (end < 0) return at;
      if (span[0] === "<![CDATA[") into.push({ kind: "text", text: source.slice(tag + span[0].length, end) });
      at = end + span[1].length;
      continue;
    }
    TAG.lastIndex = tag;
    const [whole] = TAG.exec(source) ?? [];
    if (whole === undefined) return at;
    at += whole.length;
    const token = asToken(whole);
    if (token) into.push(token);
  }
}

function asToken(tag: string): XmlToken | null {
  const [, slash = "", name = "", attributes = "", end = ""] = /^<(\/?)([^\s/>!?]+)([\s\S]*?)(\/?)>$/.exec(tag) ?? [];
  if (name === "") return null;
  if (slash === "/") return { kind: "close", name };
  return { kind: "open", name, attributes, closed: end === "/" };
}

/** The attribute of an open tag, references resolved. */
export function attributeOf(attributes: string, name: string): string | undefined {
  for (const [, found, double, single] of attributes.matchAll(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    if (found === name) return resolve(double ?? single ?? "");
  }
  return undefined;
}

const OWN: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function resolve(text: string): string {
  if (!text.includes("&")) return text;
  return text.replaceAll(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]+));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return OWN[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** A text as XML's character data: blanks at its ends and line ends survive, what XML 1.0 has no form for is replaced. */
export function toXmlText(text: string): string {
  return text.replaceAll(/[&<>"']|^\s|\s$|\p{Cc}|\p{Surrogate}|[\ufffe\uffff]/gu, (mark) => {
    const code = mark.codePointAt(0) ?? 0;
    const isHeld = code >= 32 ? code < 0xd800 || (code > 0xdfff && code < 0xfffe) : "\t\n\r".includes(mark);
    return isHeld ? `&#${code};` : "\ufffd";
  });
}
