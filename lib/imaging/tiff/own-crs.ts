/** GeoTIFF 1.1 keys of a CRS that has no code of its own. */
const KEY = {
  citation: 1026,
  geodeticCrs: 2048,
  ellipsoid: 2056,
  semiMajor: 2057,
  inverseFlattening: 2059,
  projectedCitation: 3073,
  projection: 3074,
  method: 3075,
  linearUnits: 3076,
  standardParallel1: 3078,
  standardParallel2: 3079,
  originLongitude: 3080,
  originLatitude: 3081,
  falseEasting: 3082,
  falseNorthing: 3083,
  falseOriginLongitude: 3084,
  falseOriginLatitude: 3085,
  falseOriginEasting: 3086,
  falseOriginNorthing: 3087,
  centreLongitude: 3088,
  centreLatitude: 3089,
  scale: 3092,
  straightLongitude: 3095,
} as const;

/** Projection methods of GeoTIFF, as PROJ calls them. */
const METHODS: Readonly<Record<number, string>> = {
  1: "tmerc",
  7: "merc",
  8: "lcc",
  9: "lcc",
  10: "laea",
  11: "aea",
  15: "stere",
};
const POLAR_STEREOGRAPHIC = 15;
const METRE = 9001;
const FOOT_UNITS: Readonly<Record<number, string>> = { 9002: "ft", 9003: "us-ft" };
/** Projections 16001 to 16060 are the zones of UTM in the north, 16101 to 16160 those in the south. */
const UTM_NORTH = 16_000;
const UTM_SOUTH = 16_100;
const ZONES = 60;

/** The keys of a GeoTIFF by their number; those that hold text are strings. */
export type GeoKeys = ReadonlyMap<number, number | string>;

/**
 * The CRS of a GeoTIFF that is described by its parameters and not by a code, as a PROJ string; null where it is none that is
 * understood.
 */
export function ownCrs(keys: GeoKeys): string | null {
  const stated = fromCitation(keys);
  if (stated !== null) return stated;
  const ellipsoid = ellipsoidOf(keys);
  const units = unitsOf(keys);
  if (ellipsoid === null || units === null) return null;
  const zone = utmZone(numberOf(keys, KEY.projection) ?? 0);
  if (zone !== null) return `+proj=utm ${zone} ${ellipsoid} +units=m +no_defs`;
  const method = numberOf(keys, KEY.method);
  const projection = method === null ? undefined : METHODS[method];
  if (projection === undefined) return null;
  const longitude = first(keys, [
    KEY.centreLongitude,
    KEY.originLongitude,
    KEY.falseOriginLongitude,
    KEY.straightLongitude,
  ]);
  const latitude = first(keys, [KEY.centreLatitude, KEY.originLatitude, KEY.falseOriginLatitude]);
  const parallels = [numberOf(keys, KEY.standardParallel1), numberOf(keys, KEY.standardParallel2)];
  const terms: (readonly [name: string, value: number | null])[] = [
    ["lon_0", longitude ?? 0],
    ...(method === POLAR_STEREOGRAPHIC
      ? ([
          ["lat_0", (latitude ?? 90) < 0 ? -90 : 90],
          ["lat_ts", latitude],
        ] as const)
      : ([["lat_0", latitude ?? 0]] as const)),
    ["lat_1", parallels[0] ?? (projection === "lcc" ? latitude : null)],
    ["lat_2", parallels[1] ?? null],
    ["k_0", numberOf(keys, KEY.scale)],
    ["x_0", first(keys, [KEY.falseEasting, KEY.falseOriginEasting]) ?? 0],
    ["y_0", first(keys, [KEY.falseNorthing, KEY.falseOriginNorthing]) ?? 0],
  ];
  const written = terms.flatMap(([name, value]) => (value === null ? [] : [`+${name}=${value}`]));
  return [`+proj=${projection}`, ...written, ellipsoid, units, "+no_defs"].join(" ");
}

/** Esri's and GDAL's way: the whole CRS as text, with what PROJ makes of it. */
function fromCitation(keys: GeoKeys): string | null {
  const text = [keys.get(KEY.projectedCitation), keys.get(KEY.citation)].find((value) => typeof value === "string");
  return /EXTENSION\["PROJ4","(\+proj=[^"]+)"\]/.exec(text ?? "")?.[1] ?? null;
}

function ellipsoidOf(keys: GeoKeys): string | null {
  const [axis, flattening] = [numberOf(keys, KEY.semiMajor), numberOf(keys, KEY.inverseFlattening)];
  if (axis !== null && flattening !== null) return `+a=${axis} +rf=${flattening}`;
  const code = numberOf(keys, KEY.geodeticCrs) ?? numberOf(keys, KEY.ellipsoid);
  if (code === 4326 || code === 7030) return "+datum=WGS84";
  return code === 4269 || code === 4258 || code === 7019 ? "+ellps=GRS80 +towgs84=0,0,0" : null;
}

function unitsOf(keys: GeoKeys): string | null {
  const code = numberOf(keys, KEY.linearUnits) ?? METRE;
  if (code === METRE) return "+units=m";
  const unit = FOOT_UNITS[code];
  return unit === undefined ? null : `+units=${unit}`;
}

function utmZone(projection: number): string | null {
  if (projection > UTM_NORTH && projection <= UTM_NORTH + ZONES) return `+zone=${projection - UTM_NORTH}`;
  if (projection > UTM_SOUTH && projection <= UTM_SOUTH + ZONES) return `+zone=${projection - UTM_SOUTH} +south`;
  return null;
}

function numberOf(keys: GeoKeys, key: number): number | null {
  const value = keys.get(key);
  return typeof value === "number" ? value : null;
}

function first(keys: GeoKeys, names: readonly number[]): number | null {
  return names.map((name) => numberOf(keys, name)).find((value) => value !== null) ?? null;
}
