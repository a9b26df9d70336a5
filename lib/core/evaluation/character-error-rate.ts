/** How far a text is from the truth: edits (characters added, left out or exchanged) for each character of the truth. */
export type TextErrors = {
  /** Characters of the truth, white space counted once. */
  characters: number;
  edits: number;
  /** Edits a character; may exceed 1. Null where the truth is empty. */
  characterErrorRate: number | null;
  words: number;
  wordEdits: number;
  wordErrorRate: number | null;
};

/** Marks that type designers and typists write differently; which of them was printed is no matter of reading. */
const VARIANTS: readonly [RegExp, string][] = [
  [/[\u2018\u2019\u201a\u201b\u2032`\u00b4]/gu, "'"],
  [/[\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb]/gu, '"'],
  [/[\u2010-\u2015\u2212]/gu, "-"],
];

/**
 * A text as texts are compared: compatibility forms (ligatures, full width) as plain letters, any white space as one blank, and
 * variants of quotation marks and dashes alike. Case and everything else count.
 */
export function comparable(text: string): string {
  const plain = VARIANTS.reduce((result, [marks, one]) => result.replaceAll(marks, one), text.normalize("NFKC"));
  return plain.replaceAll(/\s+/gu, " ").trim();
}

/** Holds a text that was read against the truth, both as `comparable` makes them. Time grows with the product of the lengths. */
export function textErrors(text: string, truth: string): TextErrors {
  const [read, right] = [comparable(text), comparable(truth)];
  const [readWords, rightWords] = [wordsOf(read), wordsOf(right)];
  const characters = [...right];
  const edits = editDistance([...read], characters);
  const wordEdits = editDistance(readWords, rightWords);
  return {
    characters: characters.length,
    edits,
    characterErrorRate: characters.length > 0 ? edits / characters.length : null,
    words: rightWords.length,
    wordEdits,
    wordErrorRate: rightWords.length > 0 ? wordEdits / rightWords.length : null,
  };
}

function wordsOf(text: string): string[] {
  return text === "" ? [] : text.split(" ");
}

/** Levenshtein's distance, one row of the table at a time. */
function editDistance(from: readonly string[], to: readonly string[]): number {
  const numbers = new Map<string, number>();
  const numberOf = (item: string): number => {
    const known = numbers.get(item) ?? numbers.size;
    numbers.set(item, known);
    return known;
  };
  const a = Int32Array.from(from, numberOf);
  const b = Int32Array.from(to, numberOf);
  let row = Int32Array.from({ length: b.length + 1 }, (_, index) => index);
  let next = new Int32Array(b.length + 1);
  for (let i = 1; i <= a.length; i++) {
    next[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const exchanged = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, exchanged);
    }
    [row, next] = [next, row];
  }
  return row[b.length] ?? 0;
}
