import { Check, X } from "lucide-react";
import { memo, useEffect, useState } from "react";
import { useColourOf } from "../../ui/class-colours.tsx";
import { classNames } from "../../ui/class-names.ts";
import { formatScore } from "../../ui/format.ts";
import { useWorkspace, useWorkspaceState } from "../../workspace/context.tsx";
import { FindingOption, type OptionPlace } from "../finding-option.tsx";
import { type Crop, cropOf } from "./crop.ts";

/** Crops are asked for once they stay in sight for so long: what is scrolled past is not fetched. */
const REST_MS = 80;

/** Pixels from the top and the left of the gallery, and the side of the tile. */
type TileProps = OptionPlace & { top: number; left: number; side: number };

/** One finding of the gallery, cut from the picture: press to go there. */
export const CropTile = memo(function CropTile({ top, left, side, ...place }: TileProps) {
  const { row, selected } = place;
  const { workspace } = useWorkspace();
  const image = useWorkspaceState((state) => state.image);
  const crop = cropOf(image, workspace.page, row.box, side * window.devicePixelRatio);
  return (
    <FindingOption
      {...place}
      style={{ transform: `translate(${left}px, ${top}px)`, width: side, height: side }}
      look={(hovered) =>
        classNames(
          "absolute top-0 left-0 cursor-pointer overflow-hidden rounded-md bg-stage outline-2 outline-offset-1",
          selected ? "outline-accent" : hovered ? "outline-edge" : "outline-transparent",
        )
      }
    >
      <CropPicture crop={crop} label={row.label} faded={row.review === "rejected"} />
      <span className="absolute inset-x-0 bottom-0 flex items-center gap-1 bg-black/65 px-1 text-[11px] leading-4 text-white">
        <span className="min-w-0 flex-1 truncate">{row.label}</span>
        <span className="tabular-nums">{formatScore(row.score)}</span>
        {row.review === "accepted" && <Check size={12} aria-hidden />}
        {row.review === "rejected" && <X size={12} aria-hidden />}
      </span>
    </FindingOption>
  );
});

function CropPicture({ crop, label, faded }: { crop: Crop; label: string; faded: boolean }) {
  const isDue = useRest();
  const colourOf = useColourOf();
  const { left, top, width, height } = crop.box;
  const part = (value: number): string => `${value * 100}%`;
  return (
    <>
      {isDue && (
        // biome-ignore lint/performance/noImgElement: the picture's own server cuts and sizes it
        <img
          src={crop.address}
          alt=""
          decoding="async"
          draggable={false}
          className={classNames("absolute inset-0 size-full", faded && "opacity-50")}
        />
      )}
      <span
        aria-hidden
        className="absolute border-[1.5px] outline-1 outline-black/55"
        style={{
          left: part(left),
          top: part(top),
          width: part(width),
          height: part(height),
          borderColor: colourOf(label),
        }}
      />
    </>
  );
}

function useRest(): boolean {
  const [isDue, setDue] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), REST_MS);
    return () => clearTimeout(timer);
  }, []);
  return isDue;
}
