"use client";

import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import type { Tile } from "#lib/core/detection/run.ts";
import { useStore } from "../state/store.ts";
import { drawMap, placeOf } from "./draw-map.ts";
import { MapLegend } from "./map-legend.tsx";
import type { Operations } from "./operations.ts";
import { TileCard } from "./tile-card.tsx";

/** The map is never higher than this share of the window. */
const HIGHEST = 0.58;

/** Every tile of the run where it lies on the picture, coloured by what it is doing or what it took. */
export function TileMap({ operations, mayRetry }: { operations: Operations; mayRetry: boolean }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [hovered, setHovered] = useState<number | null>(null);
  const { run, image, mode, selected, shownAt, revision } = useStore(operations.store, (value) => value);
  const page = run?.configuration.pages[0] ?? 0;
  const size = { width: image?.width ?? 1, height: image?.height ?? 1 };
  const scale = Math.min(width / size.width, (window.innerHeight * HIGHEST) / size.height) || 0;

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the revision stands for tiles that change in place
  useEffect(() => {
    const element = canvas.current;
    if (!element || scale === 0) return;
    const { tiles } = operations.replay().stateAt(shownAt);
    drawMap(element, { places: operations.places(), tiles, mode, page, scale, size, marked: hovered ?? selected });
  }, [operations, mode, page, scale, shownAt, revision, hovered, selected]);

  if (!run || !image) return null;
  const tileAt = (event: PointerEvent): number | null => {
    const bounds = event.currentTarget.getBoundingClientRect();
    const at = { x: (event.clientX - bounds.left) / scale, y: (event.clientY - bounds.top) / scale };
    return placeOf(operations.places(), page, at)?.index ?? null;
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = ARROWS[event.key];
    if (!step) return;
    event.preventDefault();
    operations.set({ selected: neighbour(operations.places(), selected, step) });
  };
  const about = hovered ?? selected;
  return (
    <section aria-labelledby="map" className="rounded-lg border border-line bg-panel">
      <div className="flex flex-wrap items-center justify-between gap-3 border-b border-line px-4 py-2">
        <h2 id="map" className="font-semibold">
          Tiles
        </h2>
        <MapLegend operations={operations} />
      </div>
      <div ref={frame} className="flex min-h-40 justify-center bg-stage p-0">
        <div className="relative" style={{ width: size.width * scale, height: size.height * scale }}>
          {/* biome-ignore lint/performance/noImgElement: already the right size, behind access control */}
          <img
            src={`/api/v1/images/${image.id}/thumbnail`}
            alt=""
            className="absolute inset-0 size-full object-fill opacity-45 grayscale"
          />
          <canvas
            ref={canvas}
            tabIndex={0}
            role="img"
            aria-label={`Map of ${operations.places().length} tiles; arrow keys move between them`}
            className="absolute inset-0 outline-offset-2"
            onPointerMove={(event) => setHovered(tileAt(event))}
            onPointerLeave={() => setHovered(null)}
            onPointerDown={(event) => operations.set({ selected: tileAt(event) })}
            onKeyDown={onKey}
          />
        </div>
      </div>
      <TileCard operations={operations} index={about} mayRetry={mayRetry} />
    </section>
  );
}

const ARROWS: Record<string, { x: number; y: number } | undefined> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** The nearest tile in a direction; the first where none is chosen. */
function neighbour(places: readonly Tile[], from: number | null, step: { x: number; y: number }): number | null {
  const here = from === null ? undefined : places[from];
  if (!here) return places[0]?.index ?? null;
  const target = { x: here.x + here.width * (0.5 + step.x * 0.9), y: here.y + here.height * (0.5 + step.y * 0.9) };
  return placeOf(places, here.page, target)?.index ?? from;
}
