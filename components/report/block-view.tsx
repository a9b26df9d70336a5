import { CROP_PIXELS, OVERVIEW_PIXELS, pictureAddress } from "#lib/core/report/picture-address.ts";
import type { Block, CropCard } from "#lib/core/report/report-document.ts";
import { DrawingView } from "./drawing-view.tsx";
import { Named } from "./named.tsx";
import type { ReportPlaces } from "./report-page.tsx";

type Of<Kind extends Block["kind"]> = Extract<Block, { kind: Kind }>;

const TONES = { plain: "", quiet: "text-xs text-[#60686f]", warn: "text-[#9a5200]" } as const;

/** One block of a report. */
export function BlockView({ block, places }: { block: Block; places: ReportPlaces }) {
  switch (block.kind) {
    case "facts":
      return <Facts rows={block.rows} />;
    case "paragraph":
      return <p className={TONES[block.tone]}>{block.text}</p>;
    case "table":
      return <Table block={block} />;
    case "chart":
      return (
        <figure className="break-inside-avoid">
          <figcaption className="mb-1 text-xs font-semibold">{block.title}</figcaption>
          <DrawingView drawing={block.drawing} />
        </figure>
      );
    case "picture":
      return <Picture block={block} places={places} />;
    case "crops":
      return <Crops cards={block.cards} places={places} />;
    case "transcript":
      return (
        <div>
          <h3 className="mb-1 text-xs font-semibold">{block.title}</h3>
          <p className="pl-3 whitespace-pre-wrap">{block.lines.join("\n")}</p>
        </div>
      );
  }
}

function Facts({ rows }: { rows: Of<"facts">["rows"] }) {
  return (
    <dl className="grid grid-cols-[9rem_1fr] gap-x-3 gap-y-1">
      {rows.map(({ name, value }) => (
        <div key={name} className="contents">
          <dt className="text-[#60686f]">{name}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Table({ block: { caption, columns, rows } }: { block: Of<"table"> }) {
  const side = (index: number): string => (columns[index]?.align === "right" ? "text-right" : "text-left");
  return (
    <table className="w-full table-fixed border-collapse text-xs">
      <caption className="mb-1 text-left text-[#60686f]">{caption}</caption>
      <colgroup>
        {columns.map(({ title, share }) => (
          <col key={title} style={{ width: `${share * 100}%` }} />
        ))}
      </colgroup>
      <thead>
        <tr className="border-b border-[#60686f]">
          {columns.map(({ title }, index) => (
            <th key={title} scope="col" className={`py-1 pr-2 font-semibold ${side(index)}`}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, line) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows never change their places
          <tr key={line} className="break-inside-avoid border-b border-[#d6dadf]">
            {row.map((cell, index) => (
              <td key={columns[index]?.title} className={`py-1 pr-2 align-top break-words ${side(index)}`}>
                <Named {...cell} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Picture({
  block: { region, marks, caption, legend },
  places,
}: {
  block: Of<"picture">;
  places: ReportPlaces;
}) {
  const aspect = region.width / region.height;
  return (
    <figure className="break-inside-avoid">
      <div
        className="relative mx-auto bg-[#d6dadf]"
        style={{ aspectRatio: String(aspect), width: `min(100%, ${Math.round(54 * aspect)}rem)` }}
      >
        {/* biome-ignore lint/performance/noImgElement: the picture comes as it is to be shown */}
        <img
          src={places.picture(pictureAddress("", region, OVERVIEW_PIXELS)) ?? undefined}
          alt=""
          className="absolute inset-0 size-full"
        />
        <DrawingView drawing={marks} overlay />
      </div>
      <figcaption className="mt-1 text-center text-xs text-[#60686f]">{caption}</figcaption>
      <ul className="mt-1 grid grid-cols-4 gap-x-3 text-xs">
        {legend.map((each) => (
          <li key={each.text}>
            <Named {...each} />
          </li>
        ))}
      </ul>
    </figure>
  );
}

function Crops({ cards, places }: { cards: readonly CropCard[]; places: ReportPlaces }) {
  return (
    <ol className="grid grid-cols-4 gap-3">
      {cards.map((card) => (
        <li key={card.id} className="min-w-0 break-inside-avoid text-xs">
          <div className="grid aspect-square place-items-center">
            <div
              className="relative max-h-full w-full bg-[#d6dadf]"
              style={{ aspectRatio: `${card.region.width} / ${card.region.height}` }}
            >
              {/* biome-ignore lint/performance/noImgElement: the picture comes as it is to be shown */}
              <img
                src={places.picture(pictureAddress("", card.region, CROP_PIXELS)) ?? undefined}
                alt=""
                loading="lazy"
                className="absolute inset-0 size-full"
              />
              <DrawingView drawing={card.frame} overlay />
            </div>
          </div>
          <p className="mt-1 truncate font-semibold">
            <Named text="" colour={card.colour} />
            {places.finding ? (
              <a href={places.finding(card.id)} className="hover:underline">
                {card.title}
              </a>
            ) : (
              card.title
            )}
          </p>
          {card.lines.map((line) => (
            <p key={line} className="truncate text-[#60686f]">
              {line}
            </p>
          ))}
        </li>
      ))}
    </ol>
  );
}
