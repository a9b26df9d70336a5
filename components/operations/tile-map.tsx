"use client";

import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from "react";
import type { Image } from "#lib/core/detection/image.ts";
import { thumbnailAddress } from "../api/images.ts";
import { useStore } from "../state/store.ts";
import { pagePicture } from "../viewer/tile-source.ts";
import { cellsOf, type MapCells } from "./map-cells.ts";
import { MapLegend } from "./map-legend.tsx";
import { createMapPainter, paintChoice } from "./map-painter.ts";
import { type Operations, shownPage } from "./operations.ts";
import { PageChoice } from "./page-choice.tsx";
import { around, between } from "./region.ts";
import { RegionCard } from "./region-card.tsx";
import { TileCard } from "./tile-card.tsx";

const EDGE_PX = 0.01;
/** The map is never higher than this share of the window. */
const HIGHEST = 0.58;
/** A pointer that has gone farther than this, in screen pixels, draws a region. */
const DRAWS_FROM = 5;

/** Every tile of the run where it lies on the picture, coloured by what it is doing or what it took. */
export function TileMap({ operations, mayRetry }: { operations: Operations; mayRetry: boolean }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);
  const painter = useRef<ReturnType<typeof createMapPainter> | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [hovered, setHovered] = useState<number | null>(null);
  const pressedAt = useRef<{ x: number; y: number } | null>(null);
  const anchor = useRef<number | null>(null);
  const { run, image, mode, selected, region, shownAt, revision } = useStore(operations.store, (value) => value);
  const page = useStore(operations.store, shownPage);
  const { width: imageWidth, height: imageHeight } = image?.pageSizes[page] ?? { width: 1, height: 1 };
  const size = useMemo(() => ({ width: imageWidth, height: imageHeight }), [imageWidth, imageHeight]);
  const scale = Math.min(width / size.width, (window.innerHeight * HIGHEST) / size.height) || 0;
  const places = operations.places();
  const cells = useMemo(() => cellsOf(places, page), [places, page]);

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the revision stands for tiles that change in place
  useEffect(() => {
    if (!canvas.current || scale === 0) return;
    painter.current ??= createMapPainter(canvas.current);
    const replay = operations.replay();
    const moment = replay.stateAt(shownAt);
    painter.current({ cells, mode, scale, size }, moment, replay.takeChanged());
  }, [operations, cells, mode, scale, size, shownAt, revision]);

  useEffect(() => {
    if (overlay.current && scale > 0)
      paintChoice(overlay.current, { cells, scale, size }, { marked: hovered ?? selected, region });
  }, [cells, scale, size, hovered, selected, region]);

  if (!run || !image) return null;
  const pointOf = (event: PointerEvent): { x: number; y: number } => {
    const bounds = event.currentTarget.getBoundingClientRect();
    return { x: (event.clientX - bounds.left) / scale, y: (event.clientY - bounds.top) / scale };
  };
  const onPress = (event: PointerEvent): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
    pressedAt.current = pointOf(event);
  };
  const onMove = (event: PointerEvent): void => {
    const [from, to] = [pressedAt.current, pointOf(event)];
    if (from && Math.hypot(to.x - from.x, to.y - from.y) * scale < DRAWS_FROM) return;
    setHovered(from ? null : cells.at(to));
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
    operations.select(cells.at(to));
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === "Escape") operations.set({ region: null, selected: null });
    const step = ARROWS[event.key];
    if (!step) return;
    event.preventDefault();
    const next = neighbour(cells, selected, step);
    if (!event.shiftKey) anchor.current = next;
    const [first, last] = [places[anchor.current ?? -1], places[next ?? -1]];
    operations.set({ selected: next, region: event.shiftKey && first && last ? around(first, last) : null });
  };
  const about = hovered ?? selected;
  return (
    <section aria-labelledby="map" className="rounded-lg border border-line bg-panel">
      <div className="flex flex-wrap items-center justify-between gap-3 border-b border-line px-4 py-2">
        <div className="flex items-center gap-3">
          <h2 id="map" className="font-semibold">
            Tiles
          </h2>
          <PageChoice operations={operations} />
        </div>
        <MapLegend operations={operations} />
      </div>
      <div ref={frame} className="flex min-h-40 justify-center bg-stage p-0">
        <div className="relative" style={{ width: size.width * scale, height: size.height * scale }}>
          <Ghost image={image} page={page} />
          <canvas
            ref={canvas}
            tabIndex={0}
            role="img"
            aria-label={`Map of ${places.length} tiles; arrow keys move between them, with Shift they choose several`}
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
          <canvas ref={overlay} className="pointer-events-none absolute inset-0 size-full" />
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

/** The picture, faint, beneath its tiles. */
function Ghost({ image, page }: { image: Image; page: number }) {
  const source = page === 0 ? thumbnailAddress(image.id) : pagePicture(image, page);
  if (source === null) return null;
  return (
    // biome-ignore lint/performance/noImgElement: already the right size, behind access control
    <img src={source} alt="" className="absolute inset-0 size-full object-fill opacity-45 grayscale" />
  );
}

const ARROWS: Record<string, { x: number; y: number } | undefined> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** The next tile in a direction; the first where none is chosen. */
function neighbour(cells: MapCells, from: number | null, step: { x: number; y: number }): number | null {
  const here = from === null ? null : cells.cellOf(from);
  if (!here) return cells.tiles[0] ?? null;
  const middle = { x: here.x + here.width / 2, y: here.y + here.height / 2 };
  // Just beyond the edge: the next cell begins there, however wide it is.
  const target = {
    x: middle.x + step.x * (here.width / 2 + EDGE_PX),
    y: middle.y + step.y * (here.height / 2 + EDGE_PX),
  };
  return cells.at(target) ?? from;
}
