import Link from "next/link";
import type { MistakeExample } from "#lib/core/api/evaluation-details.ts";
import { cropRegion } from "#lib/core/report/crop-region.ts";
import { pictureAddress } from "#lib/core/report/picture-address.ts";
import { useColourOf } from "../ui/class-colours.tsx";
import { PLAIN, writeAddress } from "../viewer/view-address.ts";
import { formatThreshold } from "./shares.ts";

type Box = MistakeExample["box"];

const CROP_PIXELS = 240;
/** A mistake is opened so large on the screen, in pixels, and never enlarged more than so many times. */
const OPENED_PIXELS = 240;
const MOST_ZOOM = 4;

/** One mistake: what is there, why it is wrong, and the way to the place in the viewer. */
export function MistakeCard(props: {
  mistake: MistakeExample;
  words: string;
  image: { id: string; pages: readonly { width: number; height: number }[] };
  runId: string;
}) {
  const { mistake, words, image, runId } = props;
  const { label, score, page, box, beside } = mistake;
  const colourOf = useColourOf();
  const size = image.pages[page] ?? { width: 1, height: 1 };
  const region = cropRegion(beside ? around(box, beside.box) : box, { index: page, ...size });
  const name = score === null ? label : `${label} ${formatThreshold(score)}`;
  return (
    <li>
      <Link
        href={placeOf(mistake, image.id, runId)}
        className="block overflow-hidden rounded-md border border-line bg-raised hover:border-edge"
      >
        <span className="relative block aspect-square bg-stage">
          {/* biome-ignore lint/performance/noImgElement: the picture server scales it already */}
          <img
            src={pictureAddress(image.id, region, CROP_PIXELS)}
            alt=""
            loading="lazy"
            className="absolute inset-0 size-full object-contain"
          />
          <svg
            aria-hidden="true"
            viewBox={`${region.x} ${region.y} ${region.width} ${region.height}`}
            className="absolute inset-0 size-full"
          >
            {beside && <Outline box={beside.box} colour="white" dashed />}
            <Outline box={box} colour={colourOf(label)} />
          </svg>
        </span>
        <span className="block px-2 py-1.5">
          <span className="block truncate font-medium tabular-nums">{name}</span>
          <span className="block text-xs text-muted">{words}</span>
        </span>
      </Link>
    </li>
  );
}

function Outline({
  box: [x, y, width, height],
  colour,
  dashed = false,
}: {
  box: Box;
  colour: string;
  dashed?: boolean;
}) {
  const place = { x, y, width, height, fill: "none", vectorEffect: "non-scaling-stroke" as const };
  return (
    <>
      <rect {...place} stroke="rgb(0 0 0 / 0.6)" strokeWidth="4" />
      <rect {...place} stroke={colour} strokeWidth="2" strokeDasharray={dashed ? "5 4" : undefined} />
    </>
  );
}

/** The smallest box that holds two. */
function around([x, y, width, height]: Box, [otherX, otherY, otherWidth, otherHeight]: Box): Box {
  const [left, top] = [Math.min(x, otherX), Math.min(y, otherY)];
  return [left, top, Math.max(x + width, otherX + otherWidth) - left, Math.max(y + height, otherY + otherHeight) - top];
}

/** The viewer at the place of a mistake, with its finding selected. */
function placeOf(
  { findingId, page, box: [x, y, width, height] }: MistakeExample,
  imageId: string,
  runId: string,
): string {
  const zoom = Math.min(MOST_ZOOM, OPENED_PIXELS / Math.max(1, width, height));
  const view = { x: x + width / 2, y: y + height / 2, zoom };
  return `/images/${imageId}${writeAddress({ ...PLAIN, view, findingId, runId, page })}`;
}
