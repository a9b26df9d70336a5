import { z } from "zod";
import { ModelError } from "#lib/core/errors.ts";
import { tileBox } from "#lib/core/geometry/box.ts";
import { boundsOfGeometry, type Position } from "#lib/core/geometry/shape.ts";
import { ask } from "../../ask.ts";
import type { ProviderSettings } from "../../settings.ts";
import type { CutSide, TileDetection, TileModel } from "../../types.ts";
import { packagesDirectory, workerCount } from "../pools.ts";
import { toGrey } from "./grey.ts";
import { missingLanguages } from "./languages.ts";
import { encodePgm, PGM_MEDIA_TYPE } from "./pgm.ts";
import { textProvider, textReplySchema } from "./provider.ts";

export const LOCAL_TEXT = "local:text";

/** What a found word is labelled where no class was asked for. */
const LABEL = "word";
const DEFAULT_LANGUAGES = "eng";
const LANGUAGES = /^[A-Za-z_]{2,20}(\+[A-Za-z_]{2,20}){0,7}$/;

/** Pages of 300 dots per inch up to A4 and letter are read whole, at their own size: columns and lines are seen in one piece. */
const INPUT_SIDE = 4096;

/** A word that comes closer to a seam than this many times its height may have lost a letter there; the next tile has all of it. */
const SEAM_MARGIN = 1.25;

/** True for `local:text` and `local:text:LANGUAGES`, e.g. `local:text:deu+eng`. */
export function isLocalText(id: string): boolean {
  return id === LOCAL_TEXT || id.startsWith(`${LOCAL_TEXT}:`);
}

/**
 * The embedded recogniser of printed text: words with their text, corners and confidence, lines of any direction. Languages are those
 * of the installed packages `@tesseract.js-data/…`. Throws `run-fatal` where the id is wrong or a language is not installed.
 */
export function localTextModel(id: string, settings: ProviderSettings): TileModel {
  const languages = id === LOCAL_TEXT ? DEFAULT_LANGUAGES : id.slice(LOCAL_TEXT.length + 1);
  if (!LANGUAGES.test(languages)) {
    throw new ModelError("run-fatal", `"${languages.slice(0, 60)}" names no languages`, {
      remedy: "use local:text for English, or codes of installed languages such as local:text:deu+eng",
    });
  }
  const missing = missingLanguages(languages, packagesDirectory());
  if (missing.length > 0) {
    throw new ModelError("run-fatal", `${missing.join(", ")} cannot be read: no data of the language is installed`, {
      remedy: `npm install ${missing.map((language) => `@tesseract.js-data/${language}`).join(" ")}, or use local:text`,
    });
  }
  const model = textProvider(languages, settings.localWorkers);
  return {
    id,
    inputSide: INPUT_SIDE,
    seesOwnPixels: true,
    usefulConcurrency: workerCount(settings.localWorkers),
    repeatsFreely: true,
    async encode(picture) {
      const { width, height } = picture;
      const bytes = encodePgm(toGrey(picture));
      return { bytes, mediaType: PGM_MEDIA_TYPE, width, height, read: { width, height } };
    },
    async detect({ picture, classes, minScore, cut, signal }) {
      const { value, usage } = await ask({
        model,
        id,
        role: "tile",
        wording: "local",
        instructions: "Read the text.",
        content: [{ type: "file", data: picture.bytes, mediaType: picture.mediaType }],
        schema: textReplySchema,
        price: settings.prices?.[id],
        signal,
      });
      const words = value.words.filter(({ score }) => score >= minScore).map(toDetection(classes[0] ?? LABEL));
      return { detections: words.filter((word) => isWhole(word, picture.read, cut ?? [])), usage };
    },
  };
}

type Word = z.infer<typeof textReplySchema>["words"][number];

const corner = z.tuple([z.number(), z.number()]);

function toDetection(label: string): (word: Word) => TileDetection {
  return ({ text, score, corners }) => {
    const ring: Position[] = corners.map((position) => corner.parse(position));
    const shape = { type: "Polygon" as const, coordinates: [[...ring, ...ring.slice(0, 1)]] };
    const [x, y, width, height] = boundsOfGeometry(shape);
    const [first, second] = ring;
    // Straight words need no shape: their box begins where they begin.
    const isStraight = first && second && first[1] === second[1] && first[0] < second[0];
    return { box: tileBox(x, y, width, height), score, label, text, ...(isStraight ? {} : { geometry: shape }) };
  };
}

function isWhole(word: TileDetection, tile: { width: number; height: number }, cut: readonly CutSide[]): boolean {
  const [x, y, width, height] = word.box;
  const margin = Math.min(width, height) * SEAM_MARGIN;
  const room: Record<CutSide, number> = {
    left: x,
    top: y,
    right: tile.width - x - width,
    bottom: tile.height - y - height,
  };
  return cut.every((side) => room[side] >= margin);
}
