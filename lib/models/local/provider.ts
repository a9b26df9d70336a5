import sharp from "sharp";
import { z } from "zod";
import { ModelError } from "#lib/core/errors.ts";
import type { LanguageModelV3 } from "../language-model.ts";
import { decodePpm, PPM_MEDIA_TYPE } from "../ppm.ts";
import type { TilePicture } from "../types.ts";
import { CENTERNET_SIDE } from "./centernet-size.ts";
import { classQuery } from "./class-query.ts";
import { decodeDetections } from "./decode-detections.ts";
import type { Network } from "./inference-messages.ts";
import { letterbox } from "./letterbox.ts";
import { looksAt } from "./looks.ts";
import { NSFW_CLASSES, NSFW_SIDE } from "./nsfw-shape.ts";
import { inferencePool } from "./pools.ts";
import { scaledDown } from "./scaled-down.ts";

export type CallOptions = Parameters<LanguageModelV3["doGenerate"]>[0];
export type Answer = Awaited<ReturnType<LanguageModelV3["doGenerate"]>>;

/** What a caller tells the embedded detector beside the picture, as `providerOptions.local`. */
const detectorOptionsSchema = z.object({
  classes: z.array(z.string()).default([]),
  minScore: z.number().min(0).max(1).default(0.3),
  /** Its quarters are looked at, too. */
  multiScale: z.boolean().default(false),
});

const NEVER = new AbortController().signal;

/**
 * The embedded networks as an AI SDK provider: a picture part goes in, one text part of JSON comes out, in the convention of every
 * tile model. No tokens, no network, no key. Inference runs in worker threads.
 */
export function localProvider(workers: number | undefined): (network: Network) => LanguageModelV3 {
  return (network) => ({
    specificationVersion: "v3",
    provider: "local",
    modelId: network,
    supportedUrls: {},
    async doGenerate(options) {
      const picture = await pictureOf(options);
      const reply = network === "centernet" ? await detect(picture, options) : await classify(picture, options);
      return answer(JSON.stringify(reply));
    },
    async doStream() {
      throw new ModelError("run-fatal", `local:${network} answers in one piece and does not stream`);
    },
  });

  async function detect(picture: TilePicture, options: CallOptions) {
    const { classes, minScore, multiScale } = detectorOptionsSchema.parse(options.providerOptions?.["local"] ?? {});
    const query = classQuery(classes);
    const seen = await Promise.all(
      looksAt(picture, multiScale).map(async (look) => {
        const { rgb, width, height } = await scaledDown(look.picture, CENTERNET_SIDE);
        const signal = options.abortSignal ?? NEVER;
        const rows = await inferencePool("centernet", workers).run(rgb, signal, { width, height });
        return { rows, placement: letterbox(look.picture, CENTERNET_SIDE).placement, look };
      }),
    );
    const found = decodeDetections(seen, { query, minScore });
    const { width, height } = picture;
    const permille = (value: number, of: number) => Math.round((value / of) * 1e5) / 100;
    return {
      detections: found.map(({ box: [x, y, w, h], score, label }) => ({
        label,
        score: Math.round(score * 1e4) / 1e4,
        box_2d: [permille(y, height), permille(x, width), permille(y + h, height), permille(x + w, width)],
      })),
    };
  }

  async function classify(picture: TilePicture, options: CallOptions) {
    const square = await sharp(picture.data, { raw: { width: picture.width, height: picture.height, channels: 3 } })
      .resize(NSFW_SIDE, NSFW_SIDE, { fit: "fill" })
      .raw()
      .toBuffer();
    const scores = await inferencePool("nsfw", workers).run(new Uint8Array(square), options.abortSignal ?? NEVER, {
      width: NSFW_SIDE,
      height: NSFW_SIDE,
    });
    return { scores: Object.fromEntries(NSFW_CLASSES.map((name, index) => [name, scores[index] ?? Number.NaN])) };
  }
}

/** The file of the last picture of a prompt. Throws `tile-fatal` where there is none. */
export function pictureFile({ prompt }: CallOptions): { bytes: Uint8Array; mediaType: string } {
  const parts = prompt.flatMap((message) => (message.role === "user" ? message.content : []));
  const part = parts.findLast((candidate) => candidate.type === "file");
  if (part?.type !== "file" || part.data instanceof URL) {
    throw new ModelError("tile-fatal", "the embedded models look at a picture, and the prompt holds none");
  }
  const bytes = typeof part.data === "string" ? Buffer.from(part.data, "base64") : part.data;
  return { bytes, mediaType: part.mediaType };
}

/** The last picture of the prompt as RGB. Throws `tile-fatal` where there is none or it is broken. */
export async function pictureOf(options: CallOptions): Promise<TilePicture> {
  const { bytes, mediaType } = pictureFile(options);
  try {
    if (mediaType === PPM_MEDIA_TYPE) return decodePpm(bytes);
    const { data, info } = await sharp(bytes)
      .toColourspace("srgb")
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  } catch (error) {
    throw new ModelError("tile-fatal", "the picture cannot be decoded", { cause: error });
  }
}

/** A reply of one text part; the embedded models use no tokens. */
export function answer(text: string): Answer {
  const none = { total: 0, noCache: undefined, cacheRead: undefined, cacheWrite: undefined };
  return {
    content: [{ type: "text", text }],
    finishReason: { unified: "stop", raw: undefined },
    usage: { inputTokens: none, outputTokens: { total: 0, text: undefined, reasoning: undefined } },
    warnings: [],
  };
}
