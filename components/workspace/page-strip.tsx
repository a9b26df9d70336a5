"use client";

import { useEffect, useRef, useState } from "react";
import { classNames } from "../ui/class-names.ts";
import { useWorkspace, useWorkspaceState } from "./context.tsx";

/** Width of a page in the strip with the gap after it, and its height, in pixels. */
const STEP = 78;
const HEIGHT = 92;
/** Pages kept ready on each side of those in sight. */
const SPARE = 4;

/** The pages of a document in a row, each a way to it; only those in sight are in the document. Nothing where there is only one. */
export function PageStrip() {
  const { workspace } = useWorkspace();
  const { id, pages } = useWorkspaceState((state) => ({ id: state.image.id, pages: state.image.pages }));
  const frame = useRef<HTMLElement>(null);
  const [seen, setSeen] = useState({ left: 0, width: 1200 });
  const { page } = workspace;

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    element.scrollLeft = page * STEP - (element.clientWidth - STEP) / 2;
    const look = (): void => setSeen({ left: element.scrollLeft, width: element.clientWidth });
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [page]);

  if (pages < 2) return null;
  const first = Math.max(0, Math.floor(seen.left / STEP) - SPARE);
  const last = Math.min(pages, Math.ceil((seen.left + seen.width) / STEP) + SPARE);
  return (
    <nav
      ref={frame}
      aria-label="Page strip"
      className="scroll-quiet relative shrink-0 overflow-x-auto overflow-y-hidden border-t border-line bg-panel"
      style={{ height: HEIGHT + 12 }}
    >
      <div style={{ width: pages * STEP + 6, height: 1 }} />
      {Array.from({ length: Math.max(0, last - first) }, (_, index) => {
        const number = first + index;
        return (
          <button
            key={number}
            type="button"
            aria-label={`Page ${number + 1}`}
            aria-current={number === page ? "page" : undefined}
            onClick={() => workspace.openPage(number)}
            style={{ left: number * STEP + 6, width: STEP - 6, height: HEIGHT - 8 }}
            className={classNames(
              "absolute top-1.5 flex flex-col items-center gap-0.5 rounded-md p-1 hover:bg-hover",
              number === page && "bg-accent-soft text-accent",
            )}
          >
            {/* biome-ignore lint/performance/noImgElement: the picture's own server sizes it */}
            <img
              src={`/iiif/3/${number === 0 ? id : `${id}~${number}`}/full/!64,64/0/default.jpg`}
              alt=""
              loading="lazy"
              decoding="async"
              className="min-h-0 flex-1 object-contain"
            />
            <span className="text-[11px] leading-4 tabular-nums">{number + 1}</span>
          </button>
        );
      })}
    </nav>
  );
}
