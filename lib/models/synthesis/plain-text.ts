/** Numbers in words; "one" is left out: it is more often a pronoun, and read as a number only where it counts something. */
const UNITS =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
const SMALL = new Map<string, number>([
  ...UNITS.map((word, value) => [word, value] as const),
  ...TENS.map((word, at) => [word, 20 + 10 * at] as const),
  ["both", 2],
]);

/**
 * A sentence in the one spelling that the checks read: small letters, numbers as digits, `no` before a noun as 0, places by the names of
 * the nine regions. The name of the picture is taken out, as it may hold any digits.
 */
export function plainText(text: string, imageName: string): string {
  return text
    .replaceAll(imageName, " ")
    .toLowerCase()
    .replace(/[’']s\b/g, "")
    .replace(/\b(top|upper|bottom|lower|middle|center|centre|central)[- ](left|right|middle|center|centre)\b/g, place)
    .replace(/\b(top|bottom|left|right)[- ](middle|center|centre)\b/g, sidePlace)
    .replace(/\bcenter\b/g, "centre")
    .replace(tensPattern, (_match, tens: string, unit: string) =>
      String((SMALL.get(tens) ?? 0) + (SMALL.get(unit) ?? 0)),
    )
    .replace(/\b[a-z]+\b/g, (word) => (word === "one" ? word : String(SMALL.get(word) ?? word)))
    .replace(/\b(a single|a lone|exactly one|only one|just one|one(?= (?!of\b|another\b|ninth\b)\p{L}))/gu, "1")
    .replace(/\b(a pair of|a couple of)\b/g, "2")
    .replace(/\bno (?=\p{L})/gu, "0 ");
}

const tensPattern = new RegExp(`\\b(${TENS.join("|")})[- ](${UNITS.slice(1, 10).join("|")})\\b`, "g");

function place(_match: string, row: string, column: string): string {
  const vertical = row === "top" ? "upper" : row === "bottom" ? "lower" : /^cent/.test(row) ? "middle" : row;
  const horizontal = /^cent/.test(column) ? "middle" : column;
  return vertical === "middle" && horizontal === "middle" ? "centre" : `${vertical} ${horizontal}`;
}

function sidePlace(_match: string, side: string): string {
  return { top: "upper middle", bottom: "lower middle", left: "middle left", right: "middle right" }[side] ?? side;
}
