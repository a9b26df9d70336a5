import { formatCount, plural } from "#lib/core/quantities.ts";
import type { Physical } from "../physical.ts";
import type { Block, Section } from "../report-document.ts";
import type { ReportFacts } from "../report-facts.ts";
import { paragraph, percent } from "../words.ts";

/** How much of the picture was looked at, and what is missing. */
export function coverageSection({ run, tiles }: ReportFacts, physical: Physical): Section {
  const { done, failed, skipped, pending, running } = run.figures.tiles;
  const total = done + failed + skipped + pending + running;
  const share = tiles.wantedPx > 0 ? Math.min(1, tiles.seenPx / tiles.wantedPx) : null;
  const blocks: Block[] = [
    {
      kind: "facts",
      rows: [
        {
          name: "Looked at",
          value: `${percent(share)}: ${physical.area(Math.min(tiles.seenPx, tiles.wantedPx))} of ${physical.area(tiles.wantedPx)}`,
        },
        { name: "Tiles", value: `${formatCount(done)} of ${formatCount(total)} done` },
        {
          name: "Empty",
          value:
            tiles.background === 0
              ? "no tiles"
              : `${plural(tiles.background, "tile")} of nothing but glass, paper or missing data, not sent to the model`,
        },
        {
          name: "Missing",
          value: `${formatCount(failed)} failed, ${formatCount(skipped - tiles.background)} left out`,
        },
      ],
    },
  ];
  if (tiles.missing.length > 0) {
    blocks.push({
      kind: "table",
      caption: "Tiles whose findings are missing",
      columns: [
        { title: "Tile", align: "right", share: 0.09 },
        { title: "Place in pixels", align: "left", share: 0.33 },
        { title: "Attempts", align: "right", share: 0.11 },
        { title: "Why", align: "left", share: 0.47 },
      ],
      rows: tiles.missing.map(({ index, page, box: [x, y, width, height], state, attempts, error }) => [
        { text: String(index) },
        { text: `${x}, ${y}, ${width} × ${height}${page > 0 ? `, page ${page + 1}` : ""}` },
        { text: formatCount(attempts) },
        { text: error ?? state },
      ]),
    });
    const left = tiles.missingCount - tiles.missing.length;
    if (left > 0) blocks.push(paragraph(`${formatCount(left)} more tiles are missing.`, "quiet"));
  }
  return { id: "coverage", title: "Coverage", blocks };
}
