import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import sharp from "sharp";

/** Real tissue, repeated: noise would compress as no picture does. */
async function make(path: string, side: number): Promise<void> {
  const tissue = await sharp(join(import.meta.dirname, "..", "..", "samples", "CMU-1-Small-Region.svs"))
    .extract({ left: 0, top: 0, width: 2000, height: 2000 })
    .png()
    .toBuffer();
  await sharp({ create: { width: side, height: side, channels: 3, background: "#fff" }, limitInputPixels: false })
    .composite([{ input: tissue, tile: true }])
    .jpeg({ quality: 92 })
    .toFile(path);
}

/** Writes a square JPEG of `side` pixels, in a process of its own: what making it takes is not what is measured. */
export async function makePicture(path: string, side: number): Promise<void> {
  const [code] = await once(fork(import.meta.filename, [path, String(side)]), "exit");
  if (code !== 0) throw new Error(`the picture could not be made: ${code}`);
}

if (process.argv[1] === import.meta.filename) {
  const [path = "", side = ""] = process.argv.slice(2);
  await make(path, Number(side));
}
