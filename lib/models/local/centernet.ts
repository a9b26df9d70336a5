import { readFile } from "node:fs/promises";
import path from "node:path";
import { type GraphModel, loadGraphModel } from "@tensorflow/tfjs-converter";
import { image, io, pad, Tensor, type Tensor4D, tensor4d, tidy } from "@tensorflow/tfjs-core";
import { z } from "zod";
import { CENTERNET_SIDE } from "./centernet-size.ts";
import type { PictureSize } from "./inference-messages.ts";
import { letterbox } from "./letterbox.ts";

/** The grey that detectors trained on ImageNet-like data see as nothing. */
const GREY = 114;

const manifestSchema = z.object({
  modelTopology: z.custom<object>((value) => typeof value === "object" && value !== null),
  weightsManifest: z.tuple([
    z.object({ paths: z.tuple([z.string()]), weights: z.custom<io.WeightsManifestEntry[]>(Array.isArray) }),
  ]),
});

/** Reads the detector from its package in `packagesDirectory`. Throws where the files are missing. */
export async function loadCenternet(packagesDirectory: string): Promise<GraphModel> {
  const directory = path.join(packagesDirectory, "@vladmandic", "human", "models");
  const manifest = manifestSchema.parse(JSON.parse(await readFile(path.join(directory, "centernet.json"), "utf8")));
  const [group] = manifest.weightsManifest;
  const weights = await readFile(path.join(directory, group.paths[0]));
  return loadGraphModel(
    io.fromMemory({
      modelTopology: manifest.modelTopology,
      weightSpecs: group.weights,
      weightData: new Uint8Array(weights).buffer,
    }),
  );
}

/**
 * Runs the detector on an RGB picture of at most 512×512 pixels, fitted into that square. Returns its 100 best guesses as rows of six:
 * left, top, right, bottom in pixels of the square, score 0…1, class number; overlapping guesses of one thing are still all there.
 */
export async function runCenternet(
  model: GraphModel,
  rgb: Uint8Array,
  size: PictureSize,
): Promise<Float32Array<ArrayBuffer>> {
  const input = tidy(() => inSquare(rgb, size));
  const output = model.execute(input, ["tower_0/detections"]);
  const tensor = Array.isArray(output) ? output[0] : output;
  try {
    if (!(tensor instanceof Tensor)) throw new Error("the detector gave no detections tensor");
    return Float32Array.from(await tensor.data());
  } finally {
    input.dispose();
    tensor?.dispose();
  }
}

function inSquare(rgb: Uint8Array, size: PictureSize): Tensor4D {
  const picture = tensor4d(new Float32Array(rgb), [1, size.height, size.width, 3]);
  const { fitted, placement } = letterbox(size, CENTERNET_SIDE);
  const isFitted = fitted.width === size.width && fitted.height === size.height;
  const scaled = isFitted ? picture : image.resizeBilinear(picture, [fitted.height, fitted.width], false, true);
  if (fitted.width === fitted.height) return scaled;
  const down: [number, number] = [placement.top, CENTERNET_SIDE - fitted.height - placement.top];
  const across: [number, number] = [placement.left, CENTERNET_SIDE - fitted.width - placement.left];
  return pad(scaled, [[0, 0], down, across, [0, 0]], GREY);
}
