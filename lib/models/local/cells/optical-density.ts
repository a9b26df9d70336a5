import { type Raster, type Rgb, raster } from "#lib/core/raster/raster.ts";

/** What a channel reads where nothing lies in the light's way, 0…255. */
export type Light = readonly [red: number, green: number, blue: number];

/**
 * How much light each channel lost on its way through the specimen: -log10 of what came over what was sent (Beer & Lambert), so that twice
 * the dye gives twice the number. Negative where a pixel is brighter than the light was taken to be.
 */
export function opticalDensity({ width, height, data }: Rgb, light: Light): readonly [Raster, Raster, Raster] {
  const planes = [raster(width, height), raster(width, height), raster(width, height)] as const;
  for (const [channel, plane] of planes.entries()) {
    const sent = Math.log10((light[channel] ?? 255) + 1);
    const table = Float32Array.from({ length: 256 }, (_, value) => sent - Math.log10(value + 1));
    for (let index = 0; index < plane.data.length; index++)
      plane.data[index] = table[data[index * 3 + channel] ?? 0] ?? 0;
  }
  return planes;
}
