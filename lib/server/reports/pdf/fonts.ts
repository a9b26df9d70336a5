import { readFileSync } from "node:fs";
import { join } from "node:path";
import { create, type Font } from "fontkit";
import { projectRoot } from "#lib/config/paths.ts";
import { processWide } from "#lib/process-wide.ts";

export type Weight = "regular" | "bold";

/** A part of a text that one font can write. */
export type TextRun = { font: string; text: string };

/**
 * Where the fonts are, the finest first: Inter for most of what is written in Latin, Greek and Cyrillic, DejaVu Sans for further alphabets and
 * signs, and Unifont, whose letters are of dots, for all else that Unicode has.
 */
const FILES: Record<Weight, readonly string[]> = {
  regular: [
    "@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf",
    "dejavu-fonts-ttf/ttf/DejaVuSans.ttf",
    "@fontsource/unifontex/files/unifontex-latin-400-normal.woff",
  ],
  bold: [
    "@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf",
    "dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf",
    "@fontsource/unifontex/files/unifontex-latin-400-normal.woff",
  ],
};

export const pathOfFont = (file: string): string => join(projectRoot(), "node_modules", file);

function fontAt(file: string): Font {
  return processWide(`font ${file}`, () => {
    const font = create(readFileSync(pathOfFont(file)));
    if (!("hasGlyphForCodePoint" in font)) throw new Error(`${file} holds several fonts`);
    return font;
  });
}

/** Splits a text into parts that one font each can write. A character that no font has is written as the first font's empty box. */
export function splitByFont(text: string, weight: Weight): TextRun[] {
  const runs: TextRun[] = [];
  for (const { segment } of graphemes.segment(text)) {
    const font = fontOf(segment, weight);
    const last = runs.at(-1);
    // Blanks stay with what is before them: each part is one piece for whoever searches the text.
    if (last && (last.font === font || segment === " ")) last.text += segment;
    else runs.push({ font, text: segment });
  }
  return runs;
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

function fontOf(segment: string, weight: Weight): string {
  const files = FILES[weight];
  const able = files.find((file) => {
    const font = fontAt(file);
    return [...segment].every((character) => font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0));
  });
  return able ?? files[0] ?? "";
}
