import { connectedParts, fillHoles, selectObjects } from "#lib/core/raster/components.ts";
import { distanceInside } from "#lib/core/raster/distance.ts";
import { type Labels, type Mask, maskWhere, type Raster } from "#lib/core/raster/raster.ts";
import { measureShapes } from "#lib/core/raster/shape-measures.ts";
import { watershed } from "#lib/core/raster/watershed.ts";
import type { SmearSettings } from "./smear-study.ts";

type Densities = { red: Raster; green: Raster; blue: Raster };

/**
 * What is purple in a smear: nuclei of white cells with the body round them, and platelets. Purple takes up red light and lets blue through,
 * haemoglobin the other way round, so that the difference of the two tells them apart however thick the smear; `diameterPx` is a red cell's
 * in these rasters.
 */
export function purpleCells(
  { red, green, blue }: Densities,
  settings: SmearSettings,
): { white: Labels; platelets: Labels } {
  const { redCell, cellFrom, diameterPx } = settings;
  const unit = (Math.PI / 4) * diameterPx * diameterPx;
  const purple = (index: number): number => (red.data[index] ?? 0) - (blue.data[index] ?? 0);
  const deep = maskWhere(red, (index) => purple(index) >= 0.55 * redCell && (green.data[index] ?? 0) > 0.03);
  const lobes = joinLobes(deep, diameterPx);
  const nuclei = selectObjects(lobes, areaOver(lobes, deep, 0.3 * unit));
  const pale = maskWhere(red, (index) => purple(index) > -0.05 * redCell && (green.data[index] ?? 0) > 0.6 * cellFrom);
  const white = nuclei.count === 0 ? nuclei : bodiesOf(nuclei, pale, diameterPx);
  const platelets = plateletsOf(
    maskWhere(deep, (index) => deep.data[index] === 1 && white.data[index] === 0),
    white,
    {
      halo: (index) => purple(index) >= 0.2 * redCell,
      diameterPx,
    },
  );
  return { white, platelets };
}

/** Lobes of one nucleus lie near to each other: parts with less than a quarter of a diameter between them are one. */
function joinLobes(deep: Mask, diameter: number): Labels {
  const away = distanceInside(maskWhere(deep, (index) => deep.data[index] === 0));
  return connectedParts(maskWhere(deep, (index) => (away.data[index] ?? 0) <= 0.12 * diameter));
}

function areaOver(labels: Labels, counted: Mask, least: number): (label: number) => boolean {
  const areas = new Float64Array(labels.count + 1);
  for (const [index, label] of labels.data.entries()) if (counted.data[index]) areas[label] = (areas[label] ?? 0) + 1;
  return (label) => (areas[label] ?? 0) > least;
}

/** The cells round nuclei: what is pale purple within reach of one, without threads, its holes filled; touching ones are parted. */
function bodiesOf(nuclei: Labels, pale: Mask, diameter: number): Labels {
  const inNucleus = (index: number): boolean => (nuclei.data[index] ?? 0) > 0;
  const away = distanceInside(maskWhere(pale, (index) => !inNucleus(index)));
  const body = maskWhere(
    pale,
    (index) => inNucleus(index) || ((away.data[index] ?? 0) < 0.7 * diameter && pale.data[index] === 1),
  );
  const smooth = opened(body, 0.1 * diameter);
  const parts = connectedParts(maskWhere(body, (index) => inNucleus(index) || smooth.data[index] === 1));
  const holdsNucleus = new Set<number>();
  for (const [index, part] of parts.data.entries()) if (inNucleus(index)) holdsNucleus.add(part);
  const cells = maskWhere(body, (index) => holdsNucleus.has(parts.data[index] ?? 0));
  const whole = fillHoles(cells, (hole) => hole.area < diameter * diameter);
  const depth = distanceInside(whole);
  const lift = 0.3 * diameter;
  const heights = depth.data.map((value, index) => (value > 0 && inNucleus(index) ? value + lift : value));
  return watershed({ ...depth, data: heights }, (lower, saddle) => lower - saddle < 0.25 * diameter);
}

/** The mask without what is thinner than twice `radius` pixels. */
function opened(mask: Mask, radius: number): Mask {
  const depth = distanceInside(mask);
  const away = distanceInside(maskWhere(mask, (index) => (depth.data[index] ?? 0) <= radius));
  return maskWhere(mask, (index) => mask.data[index] === 1 && (away.data[index] ?? 0) <= radius + 0.5);
}

type Around = { halo: (index: number) => boolean; diameterPx: number };

/** Small purple bodies that are no part of a white cell, with their paler rim. */
function plateletsOf(deep: Mask, white: Labels, { halo, diameterPx }: Around): Labels {
  const unit = (Math.PI / 4) * diameterPx * diameterPx;
  const away = distanceInside(maskWhere(deep, (index) => deep.data[index] === 0));
  const rim = maskWhere(deep, (index) => {
    const distance = away.data[index] ?? 0;
    return white.data[index] === 0 && (distance <= 1.5 || (distance <= 0.15 * diameterPx && halo(index)));
  });
  const parts = connectedParts(rim);
  const isSeeded = areaOver(parts, deep, 0.012 * unit);
  const shapes = measureShapes(parts);
  return selectObjects(parts, (label) => {
    const { area = 0, solidity = 0 } = shapes[label - 1] ?? {};
    return isSeeded(label) && area < 0.4 * unit && solidity > 0.75;
  });
}
