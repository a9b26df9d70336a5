import { Check, X } from "lucide-react";
import { memo } from "react";
import { classNames } from "../ui/class-names.ts";
import { formatScore } from "../ui/format.ts";
import { Swatch } from "../ui/swatch.tsx";
import { FindingOption, type OptionPlace } from "./finding-option.tsx";

export const ROW_HEIGHT = 32;

/** `top`: pixels from the top of the list. */
type RowProps = OptionPlace & { top: number };

/** One finding of the list: press to go there, point to see it light up in the picture. */
export const FindingRow = memo(function FindingRow({ top, ...place }: RowProps) {
  const { row, selected } = place;
  return (
    <FindingOption
      {...place}
      style={{ transform: `translateY(${top}px)`, height: ROW_HEIGHT }}
      look={(hovered) =>
        classNames(
          "absolute inset-x-0 top-0 flex cursor-pointer items-center gap-2 px-3",
          selected ? "bg-accent-soft" : hovered && "bg-hover",
        )
      }
    >
      <Swatch label={row.label} />
      <span className={classNames("min-w-0 flex-1 truncate", row.review === "rejected" && "text-muted line-through")}>
        {row.label}
      </span>
      {row.provisional && <span className="text-xs text-muted">provisional</span>}
      <span className="w-14 text-right text-xs text-muted tabular-nums">{formatScore(row.score)}</span>
      <span className="flex w-4 justify-center" aria-hidden>
        {row.review === "accepted" && <Check size={15} className="text-good" />}
        {row.review === "rejected" && <X size={15} className="text-bad" />}
      </span>
    </FindingOption>
  );
});
