import sharp from "sharp";

/** A picture of coloured noise in blocks: its tiles differ, so that a model whose answers depend on pixels gives different ones. */
export async function noisePicture(width: number, height: number, block = 16): Promise<Buffer> {
  const noise = { type: "gaussian", mean: 128, sigma: 40 } as const;
  const small = {
    width: Math.ceil(width / block),
    height: Math.ceil(height / block),
    channels: 3,
    background: "#888",
  } as const;
  const seed = await sharp({ create: { ...small, noise } })
    .png()
    .toBuffer();
  return sharp(seed).resize(width, height, { kernel: "nearest" }).jpeg({ quality: 80 }).toBuffer();
}

/** A TIFF of so many pages of coloured noise. */
export async function noisePages(pages: number, width: number, height: number): Promise<Buffer> {
  const each = await Promise.all(Array.from({ length: pages }, () => noisePicture(width, height)));
  return sharp(each, { join: { animated: true } })
    .tiff({ compression: "jpeg", quality: 90 })
    .toBuffer();
}
