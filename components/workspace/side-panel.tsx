"use client";

import { type ReactNode, useEffect, useState } from "react";
import { classNames } from "../ui/class-names.ts";

const WIDTHS = { left: { usual: 256, least: 200, most: 480 }, right: { usual: 320, least: 260, most: 640 } };
const STEP = 16;

/** A panel beside the picture, as wide as it was drawn last time. Where the page is very narrow it lies over the picture. */
export function SidePanel({ side, name, children }: { side: "left" | "right"; name: string; children: ReactNode }) {
  const [width, setWidth] = useWidth(side);
  const { least, most } = WIDTHS[side];
  const grow = side === "left" ? 1 : -1;
  return (
    <aside
      aria-label={name}
      style={{ width }}
      className={classNames(
        "relative z-10 flex max-w-[85vw] shrink-0 flex-col border-line bg-panel max-[819px]:absolute max-[819px]:inset-y-0 max-[819px]:shadow-float",
        side === "left" ? "order-first border-r max-[819px]:left-0" : "border-l max-[819px]:right-0",
      )}
    >
      {children}
      {/* biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved */}
      <div
        role="separator"
        aria-orientation="vertical"
        aria-label={`Width of the ${name.toLowerCase()}`}
        aria-valuenow={width}
        aria-valuemin={least}
        aria-valuemax={most}
        tabIndex={0}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) setWidth(width + grow * event.movementX);
        }}
        onDoubleClick={() => setWidth(WIDTHS[side].usual)}
        onKeyDown={(event) => {
          if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
          event.preventDefault();
          setWidth(width + grow * (event.key === "ArrowRight" ? STEP : -STEP));
        }}
        className={classNames(
          "absolute inset-y-0 z-20 w-1.5 cursor-col-resize touch-none hover:bg-accent/40 focus-visible:bg-accent/60",
          side === "left" ? "-right-[3px]" : "-left-[3px]",
        )}
      />
    </aside>
  );
}

/** The width that a panel has, kept in the browser. */
function useWidth(side: "left" | "right"): [number, (width: number) => void] {
  const { usual, least, most } = WIDTHS[side];
  const key = `tessera-panel:${side}`;
  const [width, setWidth] = useState(usual);
  const within = (value: number): number => Math.min(most, Math.max(least, Math.round(value)));
  // biome-ignore lint/correctness/useExhaustiveDependencies: read once, when the panel opens
  useEffect(() => {
    const kept = Number(window.localStorage.getItem(key));
    if (kept > 0) setWidth(within(kept));
  }, [key]);
  return [
    width,
    (value) => {
      setWidth(within(value));
      try {
        window.localStorage.setItem(key, String(within(value)));
      } catch {
        // Without storage the width lasts as long as the page.
      }
    },
  ];
}
