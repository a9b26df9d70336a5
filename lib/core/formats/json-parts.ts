import { messageOf, TesseraError } from "../errors.ts";

/** A member of a JSON document's outermost object, or (where `index` is set) an element of a list. */
export type JsonPart = { key: string | null; index: number | null; value: unknown };

/** Which parts are wanted; what is not is passed over without being kept. */
export type Wanted = {
  /** Members of the outermost object, given whole. */
  members?: readonly string[];
  /** Members whose elements are given one by one; the elements of a document that is a list itself have the key null. */
  lists?: readonly string[];
};

/** Characters that one part has at most: what is longer is no entry of a list, and would not be bounded memory. */
const MOST = 64 * 1024 * 1024;

/**
 * Reads a JSON document of any size part by part, in the order of the file. Throws `bad-input`, which says that the text is not
 * `format`, as soon as it meets what is no JSON; what is passed over is held only to its brackets and quotes.
 */
export async function* jsonParts(
  texts: AsyncIterable<string>,
  format: string,
  wanted: Wanted,
): AsyncGenerator<JsonPart> {
  const reader = jsonReader(texts, format);
  try {
    const first = await reader.next();
    if (first === "[") yield* elements(reader, null);
    else if (first === "{") yield* members(reader, wanted);
    else reader.refuse(first === "" ? "it is empty" : "it begins with neither { nor [");
    if ((await reader.next()) !== "") reader.refuse("something follows its end");
  } finally {
    await reader.close();
  }
}

async function* members(reader: JsonReader, { members = [], lists = [] }: Wanted): AsyncGenerator<JsonPart> {
  reader.skip();
  if ((await reader.next()) === "}") return reader.skip();
  for (;;) {
    if ((await reader.next()) !== '"') reader.refuse("a member has no name");
    const key = String(reader.parse(await reader.value(true)));
    if ((await reader.next()) !== ":") reader.refuse(`no colon follows ${JSON.stringify(key.slice(0, 40))}`);
    reader.skip();
    if (lists.includes(key) && (await reader.next()) === "[") yield* elements(reader, key);
    else {
      const isWanted = members.includes(key) || lists.includes(key);
      await reader.next();
      const text = await reader.value(isWanted);
      if (isWanted) yield { key, index: null, value: reader.parse(text) };
    }
    const mark = await reader.next();
    reader.skip();
    if (mark === "}") return;
    if (mark !== ",") reader.refuse("its outermost object is not closed");
  }
}

async function* elements(reader: JsonReader, key: string | null): AsyncGenerator<JsonPart> {
  reader.skip();
  if ((await reader.next()) === "]") return reader.skip();
  for (let index = 0; ; index++) {
    await reader.next();
    yield { key, index, value: reader.parse(await reader.value(true)) };
    const mark = await reader.next();
    reader.skip();
    if (mark === "]") return;
    if (mark !== ",") reader.refuse(`nothing separates entry ${index + 1} from the next`);
  }
}

type JsonReader = {
  /** The next character that is no blank, not consumed; empty at the end. */
  next(): Promise<string>;
  /** Consumes the character that `next` gave. */
  skip(): void;
  /** Consumes the value that begins at the next character and returns its text, empty where it is not to be kept. */
  value(keep: boolean): Promise<string>;
  parse(text: string): unknown;
  refuse(why: string): never;
  close(): Promise<void>;
};

const [QUOTE, BACKSLASH, COMMA, COLON] = [34, 92, 44, 58];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125];

function jsonReader(texts: AsyncIterable<string>, format: string): JsonReader {
  const iterator = texts[Symbol.asyncIterator]();
  let text = "";
  let at = 0;

  const refuse = (why: string): never => {
    throw new TesseraError("bad-input", `this is not ${format}: ${why}`);
  };
  /** Takes the next piece in place of the one that is used up; false at the end. */
  const refill = async (): Promise<boolean> => {
    const { value, done } = await iterator.next();
    text = done ? "" : value;
    at = 0;
    return done !== true;
  };

  return {
    refuse,
    async next() {
      for (;;) {
        for (; at < text.length; at++) if (text.charCodeAt(at) > 32) return text.charAt(at);
        if (!(await refill())) return "";
      }
    },
    skip() {
      at++;
    },
    parse(json) {
      try {
        return JSON.parse(json);
      } catch (error) {
        return refuse(messageOf(error).replaceAll(/\s+/g, " "));
      }
    },
    async close() {
      await iterator.return?.();
    },
    async value(keep) {
      const state: Scan = { depth: 0, inString: false, escaped: false, begun: false };
      const pieces: string[] = [];
      let length = 0;
      for (;;) {
        const start = at;
        const end = scan(text, at, state);
        at = end ?? text.length;
        length += at - start;
        if (keep && length > MOST) refuse(`one of its entries is longer than ${MOST / 2 ** 20} million characters`);
        if (keep) pieces.push(text.slice(start, at));
        if (end !== null) return pieces.join("");
        if (!(await refill())) {
          if (state.depth > 0 || state.inString || !state.begun) refuse("it ends too early");
          return pieces.join("");
        }
      }
    },
  };
}

type Scan = { depth: number; inString: boolean; escaped: boolean; begun: boolean };

/** Where the value ends that `state` is in, or null where the text ends before; a number or word ends before its separator. */
function scan(text: string, from: number, state: Scan): number | null {
  for (let index = from; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (state.inString) {
      if (state.escaped) state.escaped = false;
      else if (code === BACKSLASH) state.escaped = true;
      else if (code === QUOTE) {
        state.inString = false;
        if (state.depth === 0) return index + 1;
      }
    } else if (code === QUOTE) {
      if (state.depth === 0 && state.begun) return index;
      state.inString = true;
      state.begun = true;
    } else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      if (state.depth === 0 && state.begun) return index;
      state.depth++;
      state.begun = true;
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) {
      if (state.depth === 0) return index;
      state.depth--;
      if (state.depth === 0) return index + 1;
    } else if (state.depth === 0) {
      if (code <= 32 || code === COMMA || code === COLON) return index;
      state.begun = true;
    }
  }
  return null;
}
