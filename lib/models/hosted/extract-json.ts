/**
 * The JSON document in a reply, for servers that know no structured output: the text itself, a fenced block, or the first balanced
 * object or array inside prose. Undefined where there is none, or it is cut off.
 */
export function extractJson(text: string): unknown {
  const trimmed = text.trim();
  for (const candidate of candidates(trimmed)) {
    try {
      return JSON.parse(candidate);
    } catch {
      // The next candidate may do.
    }
  }
  return undefined;
}

function* candidates(text: string): Generator<string> {
  yield text;
  for (const fence of text.matchAll(/```(?:json|JSON)?\s*\n?([\s\S]*?)```/g)) yield (fence[1] ?? "").trim();
  // A part of a document that is cut off is never taken for the whole: where an outer bracket stays open, the search ends.
  for (let start = nextBracket(text, 0); start >= 0; ) {
    const end = closingBracket(text, start);
    if (end < 0) return;
    yield text.slice(start, end + 1);
    start = nextBracket(text, end + 1);
  }
}

function nextBracket(text: string, from: number): number {
  const at = text.slice(from).search(/[{[]/);
  return at < 0 ? -1 : from + at;
}

function closingBracket(text: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (quoted) {
      if (char === "\\") at++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === "{" || char === "[") depth++;
    else if ((char === "}" || char === "]") && --depth === 0) return at;
  }
  return -1;
}
