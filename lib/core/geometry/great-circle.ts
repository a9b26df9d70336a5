const EARTH_RADIUS_M = 6_371_008.8;

/** Great-circle distance in metres of two places, `[longitude, latitude]` in degrees, on a sphere (haversine). */
export function greatCircleMetres(
  [lonA, latA]: readonly [number, number],
  [lonB, latB]: readonly [number, number],
): number {
  const radians = Math.PI / 180;
  const half =
    Math.sin(((latB - latA) * radians) / 2) ** 2 +
    Math.cos(latA * radians) * Math.cos(latB * radians) * Math.sin(((lonB - lonA) * radians) / 2) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.sqrt(half));
}
