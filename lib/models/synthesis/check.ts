import type { Scene } from "#lib/core/detection/run.ts";
import type { FactSheet } from "./fact-sheet.ts";
import { noun } from "./words.ts";

type Sentence = Scene["sentences"][number];
export type Checked = { kept: Sentence[]; cut: { text: string; why: string }[] };

/** What a scene may cite and how sure the findings are. */
export type Citable = { findings: ReadonlySet<string>; tiles: number; scores: readonly number[] };

/** Numbers in words that count things. "One" is left out: it is more often a pronoun. */
const NUMBER_WORDS =
  "zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split(
    " ",
  );
const VAGUE = /\b(thirty|forty|fifty|sixty|seventy|eighty|ninety|(hundred|thousand|million|dozen)s?)\b/i;
const NUMBER = /(?<![\w.])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(\s?%)?/g;

/**
 * Cuts sentences that the facts do not bear out: a number that is not among them (beside a label: not a count of that label), a
 * citation of something unknown, or none at all. Pure.
 */
export function checkSentences(sentences: readonly Sentence[], sheet: FactSheet, citable: Citable): Checked {
  const checked: Checked = { kept: [], cut: [] };
  for (const sentence of sentences) {
    const why = wrongCitation(sentence, citable) ?? wrongNumber(sentence.text, sheet, citable.scores);
    if (why === null) checked.kept.push(sentence);
    else checked.cut.push({ text: sentence.text, why });
  }
  return checked;
}

function wrongCitation({ findings, tiles }: Sentence, citable: Citable): string | null {
  if (findings.length === 0 && tiles.length === 0) return "it cites nothing";
  const finding = findings.find((id) => !citable.findings.has(id));
  if (finding !== undefined) return `there is no finding ${finding}`;
  const tile = tiles.find((index) => index >= citable.tiles);
  return tile === undefined ? null : `there is no tile ${tile}`;
}

/** The first number of a text that the facts do not hold, as a reason; null where there is none. */
export function wrongNumber(text: string, sheet: FactSheet, scores: readonly number[]): string | null {
  // The name of the picture may hold any digits.
  const plain = text.replaceAll(sheet.imageName, " ");
  const vague = VAGUE.exec(plain);
  if (vague) return `"${vague[0]}" is not a number of the facts`;
  const digits = plain.replace(/\b[a-z]+\b/gi, (word) => {
    const value = NUMBER_WORDS.indexOf(word.toLowerCase());
    return value < 0 ? word : String(value === 0 ? 0 : value + 1);
  });
  const allowed = numbersOf(sheet);
  // The facts hold no shares, so a percentage can only be a mean score.
  const means = sheet.labels.map(({ meanScore }) => meanScore);
  for (const match of digits.matchAll(NUMBER)) {
    const [token, whole = "", fraction = "", percent] = match;
    const value = Number(whole.replaceAll(",", "") + fraction) / (percent ? 100 : 1);
    const decimals = Math.max(0, fraction.length - 1) + (percent ? 2 : 0);
    const counts = percent || fraction ? null : countsBeside(digits.slice(match.index + token.length), sheet);
    const pool = counts ?? (percent ? means : fraction ? [...allowed, ...scores] : allowed);
    if (!pool.some((known) => roundsTo(known, value, decimals))) return `${token.trim()} is not in the facts`;
  }
  return null;
}

function roundsTo(known: number, value: number, decimals: number): boolean {
  return Math.abs(known - value) <= 0.5 * 10 ** -decimals + 1e-9;
}

/** Where a number stands right before a label ("12 parked cars"), it must be a count of that label somewhere. */
function countsBeside(rest: string, sheet: FactSheet): number[] | null {
  const words = /^\s+((?:[\p{L}-]+\s*){1,4})/u.exec(rest)?.[1]?.toLowerCase().trimEnd();
  if (!words) return null;
  for (const { label, count } of sheet.labels) {
    const forms = [label.toLowerCase(), noun(label, 2).toLowerCase()];
    if (!forms.some((form) => words === form || words.startsWith(`${form} `))) continue;
    return [count, ...sheet.regions.map(({ byLabel }) => byLabel[label] ?? 0)];
  }
  return null;
}

/** Every aggregate of the sheet; places and sizes of single findings are left out, or any number would do. */
function numbersOf(sheet: FactSheet): number[] {
  return [
    sheet.widthPx,
    sheet.heightPx,
    sheet.total,
    sheet.atHand,
    ...(sheet.area ? [sheet.area.value] : []),
    ...(sheet.density === null ? [] : [sheet.density]),
    ...Object.values(sheet.tiles),
    ...sheet.labels.flatMap(({ count, meanScore, longerSidePx }) => [
      count,
      meanScore,
      ...(longerSidePx ? Object.values(longerSidePx) : []),
    ]),
    ...sheet.regions.map(({ count }) => count),
    ...sheet.together.flatMap(({ regionsWithBoth, regionsWithFirst }) => [regionsWithBoth, regionsWithFirst]),
  ];
}
