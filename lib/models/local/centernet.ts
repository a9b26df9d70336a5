import { readFile } from "node:fs/promises";
import path from "node:path";
import { type GraphModel, loadGraphModel } from "@tensorflow/tfjs-converter";
import { io, Tensor, tensor4d } from "@tensorflow/tfjs-core";
import { z } from "zod";
import { CENTERNET_SIDE } from "./centernet-size.ts";

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
 * Runs the detector on a 512×512 RGB square. Returns its 100 best guesses as rows of six: left, top, right, bottom in pixels of
 * the square, score 0…1, class number; overlapping guesses of one thing are still all there.
 */
export async function runCenternet(model: GraphModel, rgb: Uint8Array): Promise<Float32Array<ArrayBuffer>> {
  const input = tensor4d(new Float32Array(rgb), [1, CENTERNET_SIDE, CENTERNET_SIDE, 3]);
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
