/** Where the blobs of an image live: content-addressed, so that the same bytes are stored once. */
export const IMAGE_BLOBS = {
  original: (sha256: string) => `originals/${sha256.slice(0, 2)}/${sha256}`,
  pyramid: (sha256: string, page: number) => `pyramids/${sha256.slice(0, 2)}/${sha256}/${page}.tif`,
  samples: (sha256: string, page: number) => `samples/${sha256.slice(0, 2)}/${sha256}/${page}.tif`,
  thumbnail: (sha256: string) => `thumbnails/${sha256.slice(0, 2)}/${sha256}.webp`,
} as const;
