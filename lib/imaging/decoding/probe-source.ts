import sharp from "sharp";
import { probeBmp } from "../converted/magick.ts";
import { probePdf } from "../documents/pdf.ts";
import { fileKind } from "../file-kind.ts";
import { probeJpeg2000 } from "../jpeg2000/jpeg2000.ts";
import { personalExifFields } from "../personal-fields.ts";
import { readHead } from "../read-head.ts";
import { probeTiff } from "../tiff/probe-tiff.ts";
import type { ImageProbe } from "../types.ts";
import type { ProbeJob } from "./messages.ts";
import { refusal } from "./refusal.ts";

const NAMES = { jpeg: "JPEG", png: "PNG", webp: "WebP", gif: "GIF", avif: "AVIF" } as const;

/** Probes a file in this process. Throws `unsupported-image` in one sentence. */
export async function probeSource({ path, pdfDpi }: Pick<ProbeJob, "path" | "pdfDpi">): Promise<ImageProbe> {
  const { kind } = fileKind(await readHead(path));
  switch (kind) {
    case "tiff":
      return probeTiff(path);
    case "pdf":
      return probePdf(path, pdfDpi);
    case "bmp":
      return probeBmp(path);
    case "jpeg2000":
      return probeJpeg2000(path);
    case "other":
    case "unknown":
      throw refusal("the file is not a picture in a format that is known here");
    default:
      return probeSimple(path, kind);
  }
}

/** What libvips reads as it stands; of an animation the first frame. */
async function probeSimple(path: string, format: keyof typeof NAMES): Promise<ImageProbe> {
  const metadata = await sharp(path, { limitInputPixels: false, failOn: "error" })
    .metadata()
    .catch((error: unknown) => {
      throw refusal(`the ${NAMES[format]} is damaged or ends in its header`, undefined, error);
    });
  const { width, height } = metadata.autoOrient;
  if (!(width > 0 && height > 0)) throw refusal("the picture has no pixels");
  const dropped = metadata.exif ? await personalExifFields(metadata.exif) : [];
  if (metadata.xmp) dropped.push("XMP");
  if (metadata.iptc) dropped.push("IPTC");
  return { format, pages: [{ width, height }], scale: null, magnification: null, dropped };
}
