import { readFile } from "node:fs/promises";
import sharp from "sharp";
import { environment } from "#lib/config/env.ts";
import { messageOf, TesseraError } from "#lib/core/errors.ts";

/** Four pixels a point of where it stands. */
const MOST = { width: 520, height: 160 };

/** The logo of this installation as PNG, small enough for the head of a report; null where none is set. Throws `configuration`. */
export async function reportLogo(): Promise<Buffer | null> {
  const { logo } = environment().report;
  if (logo === undefined) return null;
  try {
    return await sharp(await readFile(logo), { density: 300 })
      .resize({ ...MOST, fit: "inside" })
      .png()
      .toBuffer();
  } catch (cause) {
    throw new TesseraError("configuration", `the logo of reports cannot be read: ${messageOf(cause)}`, {
      remedy: "TESSERA_REPORT_LOGO names a PNG, JPEG, WebP or SVG file",
      cause,
    });
  }
}
