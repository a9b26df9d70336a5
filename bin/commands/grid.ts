import { Command, InvalidArgumentError } from "commander";
import type { Tiling } from "#lib/core/detection/run.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { planTiles } from "#lib/core/tiling/plan-tiles.ts";

type GridOptions = {
  width: number;
  height: number;
  tile?: number;
  grid?: { columns: number; rows: number };
  overlap: number;
};

/** `tessera grid`: the tile plan of a picture of a given size, as JSON. Needs no database. */
export const gridCommand = new Command("grid")
  .description("print the tile plan of a picture as JSON")
  .requiredOption("--width <pixels>", "width of the picture", wholeNumber)
  .requiredOption("--height <pixels>", "height of the picture", wholeNumber)
  .option("--tile <pixels>", "side of a tile", wholeNumber)
  .option("--grid <CxR>", "columns × rows of equal regions, e.g. 3x2", columnsAndRows)
  .option("--overlap <fraction>", "overlap as a fraction of the tile side", fraction, 0.2)
  .option("--json", "print JSON (it always does)")
  .action((options: GridOptions) => {
    const tiles = planTiles({ width: options.width, height: options.height, tiling: tilingOf(options) });
    process.stdout.write(`${JSON.stringify({ tiles })}\n`);
  });

function tilingOf({ tile, grid, overlap }: GridOptions): Tiling {
  if (tile !== undefined && grid === undefined) return { tile, overlap };
  if (grid !== undefined && tile === undefined) return { ...grid, overlap };
  throw new TesseraError("bad-input", "grid needs either --tile or --grid", { remedy: "name one of the two" });
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError("It is a whole number from 1.");
  }
  return value;
}

function columnsAndRows(text: string): { columns: number; rows: number } {
  const [, columns, rows] = /^(\d+)[x×](\d+)$/i.exec(text) ?? [];
  if (columns === undefined || rows === undefined) throw new InvalidArgumentError("It reads COLUMNSxROWS, e.g. 3x2.");
  return { columns: wholeNumber(columns), rows: wholeNumber(rows) };
}

function fraction(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value < 1)) {
    throw new InvalidArgumentError("It is a number from 0 to less than 1.");
  }
  return value;
}
