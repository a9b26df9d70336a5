"use client";

import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import type { Tile } from "#lib/core/detection/run.ts";
import { useStore } from "../state/store.ts";
import { drawMap, placeOf } from "./draw-map.ts";
import { MapLegend } from "./map-legend.tsx";
import type { Operations } from "./operations.ts";
import { around, between } from "./region.ts";
import { RegionCard } from "./region-card.tsx";
import { TileCard } from "./tile-card.tsx";

/** The map is never higher than this share of the window. */
const HIGHEST = 0.58;
/** A pointer that has gone farther than this, in screen pixels, draws a region. */
const DRAWS_FROM = 5;

/** Every tile of the run where it lies on the picture, coloured by what it is doing or what it took. */
export function TileMap({ operations, mayRetry }: { operations: Operations; mayRetry: boolean }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [hovered, setHovered] = useState<number | null>(null);
  const pressedAt = useRef<{ x: number; y: number } | null>(null);
  const anchor = useRef<number | null>(null);
  const { run, image, mode, selected, region, shownAt, revision } = useStore(operations.store, (value) => value);
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
    const marked = hovered ?? selected;
    drawMap(element, { places: operations.places(), tiles, mode, page, scale, size, marked, region });
  }, [operations, mode, page, scale, shownAt, revision, hovered, selected, region]);

  if (!run || !image) return null;
  const pointOf = (event: PointerEvent): { x: number; y: number } => {
    const bounds = event.currentTarget.getBoundingClientRect();
    return { x: (event.clientX - bounds.left) / scale, y: (event.clientY - bounds.top) / scale };
  };
  const tileAt = (point: { x: number; y: number }): number | null =>
    placeOf(operations.places(), page, point)?.index ?? null;
  const onPress = (event: PointerEvent): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
    pressedAt.current = pointOf(event);
  };
  const onMove = (event: PointerEvent): void => {
    const [from, to] = [pressedAt.current, pointOf(event)];
    if (from && Math.hypot(to.x - from.x, to.y - from.y) * scale < DRAWS_FROM) return;
    setHovered(from ? null : tileAt(to));
    if (!from) return;
    const inside = {
      x: Math.min(size.width, Math.max(0, to.x)),
      y: Math.min(size.height, Math.max(0, to.y)),
    };
    operations.set({ region: between(from, inside), selected: null });
  };
  const onRelease = (event: PointerEvent): void => {
    const [from, to] = [pressedAt.current, pointOf(event)];
    pressedAt.current = null;
    if (!from || Math.hypot(to.x - from.x, to.y - from.y) * scale >= DRAWS_FROM) return;
    operations.set({ selected: tileAt(to), region: null });
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === "Escape") operations.set({ region: null, selected: null });
    const step = ARROWS[event.key];
    if (!step) return;
    event.preventDefault();
    const places = operations.places();
    const next = neighbour(places, selected, step);
    if (!event.shiftKey) anchor.current = next;
    const [first, last] = [places[anchor.current ?? -1], places[next ?? -1]];
    operations.set({ selected: next, region: event.shiftKey && first && last ? around(first, last) : null });
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
            aria-label={`Map of ${operations.places().length} tiles; arrow keys move between them, with Shift they choose several`}
            className="absolute inset-0 touch-pan-y outline-offset-2"
            onPointerDown={onPress}
            onPointerMove={onMove}
            onPointerUp={onRelease}
            onPointerCancel={() => {
              pressedAt.current = null;
            }}
            onPointerLeave={() => setHovered(null)}
            onKeyDown={onKey}
          />
        </div>
      </div>
      {region && hovered === null ? (
        <RegionCard operations={operations} region={region} page={page} mayRetry={mayRetry} />
      ) : (
        <TileCard operations={operations} index={about} mayRetry={mayRetry} />
      )}
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
