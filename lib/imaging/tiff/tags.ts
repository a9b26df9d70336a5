/** TIFF tags by number (TIFF 6.0, BigTIFF, GeoTIFF 1.1, Exif 2.3, GDAL), as far as they are read or written here. */
export const TAG = {
  newSubfileType: 254,
  imageWidth: 256,
  imageLength: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  imageDescription: 270,
  make: 271,
  stripOffsets: 273,
  orientation: 274,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  xResolution: 282,
  yResolution: 283,
  planarConfiguration: 284,
  resolutionUnit: 296,
  software: 305,
  dateTime: 306,
  artist: 315,
  hostComputer: 316,
  predictor: 317,
  colorMap: 320,
  tileWidth: 322,
  tileLength: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  extraSamples: 338,
  sampleFormat: 339,
  jpegInterchangeFormat: 513,
  yCbCrSubsampling: 530,
  copyright: 33432,
  modelPixelScale: 33550,
  modelTiepoint: 33922,
  modelTransformation: 34264,
  exifDirectory: 34665,
  geoKeyDirectory: 34735,
  geoDoubles: 34736,
  geoAscii: 34737,
  gpsDirectory: 34853,
  gdalMetadata: 42112,
  gdalNoData: 42113,
  /** Ours, private: triples of tile index, offset and length of edge tiles cut to their true size. */
  cutTiles: 65100,
} as const;

/** Values of the compression tag. */
export const COMPRESSION = {
  none: 1,
  oldJpeg: 6,
  jpeg: 7,
  /** JPEG 2000 in tiles: as Aperio's scanners write it, and as others do. */
  aperioLumaChroma: 33003,
  aperioRgb: 33005,
  jpeg2000: 34712,
  zstandard: 50000,
  webp: 50001,
} as const;

/** Values of the photometric tag. */
export const PHOTOMETRIC = { whiteIsZero: 0, blackIsZero: 1, rgb: 2, palette: 3, mask: 4, cmyk: 5, yCbCr: 6 } as const;
