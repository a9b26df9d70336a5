import { describe, expect, it } from "vitest";
import { type GeoKeys, ownCrs } from "./own-crs.ts";

const keys = (...pairs: [number, number | string][]): GeoKeys => new Map([[2056, 7030], ...pairs]);

describe("a CRS of its own", () => {
  it("is a zone of UTM on another datum", () => {
    expect(ownCrs(keys([3074, 16_052]))).toBe("+proj=utm +zone=52 +datum=WGS84 +units=m +no_defs");
    expect(ownCrs(keys([3074, 16_133]))).toBe("+proj=utm +zone=33 +south +datum=WGS84 +units=m +no_defs");
  });

  it("is a projection by its parameters", () => {
    const conic = keys([3075, 8], [3078, 33], [3079, 45], [3084, -96], [3085, 39], [3076, 9003]);
    expect(ownCrs(conic)).toBe(
      "+proj=lcc +lon_0=-96 +lat_0=39 +lat_1=33 +lat_2=45 +x_0=0 +y_0=0 +datum=WGS84 +units=us-ft +no_defs",
    );
    const polar = keys([3075, 15], [3095, -45], [3081, 70], [3092, 1]);
    expect(ownCrs(polar)).toBe(
      "+proj=stere +lon_0=-45 +lat_0=90 +lat_ts=70 +k_0=1 +x_0=0 +y_0=0 +datum=WGS84 +units=m +no_defs",
    );
  });

  it("is what the citation says in PROJ's words", () => {
    const text = 'ESRI PE String = PROJCS["x",EXTENSION["PROJ4","+proj=geos +lon_0=-75 +h=35786023 +sweep=x"]]';
    expect(ownCrs(keys([3073, text]))).toBe("+proj=geos +lon_0=-75 +h=35786023 +sweep=x");
  });

  it("is none where the method, the ellipsoid or the unit is not known", () => {
    expect(ownCrs(keys([3075, 27]))).toBeNull();
    expect(ownCrs(new Map([[3075, 1]]))).toBeNull();
    expect(ownCrs(keys([3075, 1], [3076, 9005]))).toBeNull();
  });
});
