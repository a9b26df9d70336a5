import type { Position } from "#lib/core/geometry/shape.ts";
import { connectedParts, extentsOf, fillHoles, touchesEdge } from "#lib/core/raster/components.ts";
import { convexParts } from "#lib/core/raster/convex-parts.ts";
import { distanceInside } from "#lib/core/raster/distance.ts";
import { outlineOf, simplified } from "#lib/core/raster/outline.ts";
import { type Labels, maskWhere, type Raster } from "#lib/core/raster/raster.ts";
import { measureShapes, type ShapeMeasures } from "#lib/core/raster/shape-measures.ts";

export type NucleusRequest = {
  /** Higher in nuclei. */
  signal: Raster;
  /** The signal beside nuclei, and that from which on there may be one. */
  ground: number;
  from: number;
  /** The highest threshold that is tried. */
  to: number;
  /** Usual diameter in pixels. */
  diameter: number;
  /** A nucleus reaches to where the signal has fallen by this part of its height over what surrounds it, 0…1. */
  fall: number;
};

export type Nucleus = {
  outline: Position[];
  shape: ShapeMeasures;
  /** Mean signal inside, and beside it. */
  inside: number;
  beside: number;
  isCut: boolean;
  /** Indices of its pixels. */
  pixels: number[];
};

const LEVELS = 14;

/** Finds nuclei in a signal: convex parts of it, each trimmed to where its own edge is. */
export function nucleiIn(request: NucleusRequest): Nucleus[] {
  const { signal, from, to, diameter } = request;
  const unit = (Math.PI / 4) * diameter * diameter;
  const ratio = Math.max(1.0001, to / from);
  const levels = Array.from({ length: LEVELS }, (_, level) => from * ratio ** (level / (LEVELS - 1)));
  const parts = convexParts(signal, { levels, leastArea: 0.12 * unit, mostArea: 1.6 * unit, solidity: 0.93 });
  const trimmed = trim(parts, request);
  const shapes = measureShapes(trimmed);
  const around = distanceInside(maskWhere(trimmed, (index) => trimmed.data[index] === 0));
  const pixels: number[][] = shapes.map(() => []);
  for (let index = 0; index < trimmed.data.length; index++) {
    const label = trimmed.data[index] ?? 0;
    if (label > 0) pixels[label - 1]?.push(index);
  }
  const beside = besideOf(trimmed, around, request);
  return extentsOf(trimmed).flatMap((extent, at): Nucleus[] => {
    const shape = shapes[at];
    const own = pixels[at] ?? [];
    if (!shape || extent.area < 0.1 * unit) return [];
    const inside = own.reduce((sum, index) => sum + (signal.data[index] ?? 0), 0) / own.length;
    const outline = simplified(outlineOf(trimmed, at + 1, extent), 0.6);
    return [
      {
        outline,
        shape,
        inside,
        beside: beside[at] ?? request.ground,
        isCut: touchesEdge(extent, trimmed),
        pixels: own,
      },
    ];
  });
}

/** Takes from each part what lies below its own fall, keeps the largest piece, and fills it. */
function trim(parts: Labels, { signal, ground, fall }: NucleusRequest): Labels {
  const values: number[][] = Array.from({ length: parts.count }, () => []);
  for (let index = 0; index < parts.data.length; index++) {
    const label = parts.data[index] ?? 0;
    if (label > 0) values[label - 1]?.push(signal.data[index] ?? 0);
  }
  const least = values.map((own) => {
    own.sort((a, b) => a - b);
    const high = own[Math.floor(0.75 * own.length)] ?? 0;
    return ground + (high - ground) * (1 - fall);
  });
  const kept = {
    ...parts,
    data: parts.data.map((label, index) =>
      label > 0 && (signal.data[index] ?? 0) >= (least[label - 1] ?? 0) ? label : 0,
    ),
  };
  const data = new Int32Array(parts.data.length);
  for (const [at, extent] of extentsOf(kept).entries()) {
    if (extent.area === 0) continue;
    const size = { width: extent.right - extent.left, height: extent.bottom - extent.top };
    const own = maskWhere(size, (index) => {
      const [x, y] = [(index % size.width) + extent.left, Math.floor(index / size.width) + extent.top];
      return kept.data[y * parts.width + x] === at + 1;
    });
    const pieces = connectedParts(own);
    const areas = extentsOf(pieces).map(({ area }) => area);
    const largest = areas.indexOf(Math.max(...areas)) + 1;
    const whole = fillHoles(
      maskWhere(size, (index) => pieces.data[index] === largest),
      () => true,
    );
    for (const [index, inside] of whole.data.entries()) {
      if (inside)
        data[(Math.floor(index / size.width) + extent.top) * parts.width + (index % size.width) + extent.left] = at + 1;
    }
  }
  return { ...parts, data };
}

/** Mean signal of the ring round each nucleus, as far as no other lies there; the ground where nothing is left of it. */
function besideOf(labels: Labels, around: Raster, { signal, ground, diameter }: NucleusRequest): number[] {
  const [near, far] = [Math.max(1.5, 0.06 * diameter), Math.max(3, 0.2 * diameter)];
  const reach = Math.ceil(far) + 1;
  return extentsOf(labels).map(({ left, top, right, bottom }) => {
    let [sum, count] = [0, 0];
    for (let y = Math.max(0, top - reach); y < Math.min(labels.height, bottom + reach); y++) {
      for (let x = Math.max(0, left - reach); x < Math.min(labels.width, right + reach); x++) {
        const index = y * labels.width + x;
        const away = around.data[index] ?? 0;
        if (away < near || away > far) continue;
        sum += signal.data[index] ?? 0;
        count++;
      }
    }
    return count > 4 ? sum / count : ground;
  });
}
