import { io, Tensor, tensor4d } from "@tensorflow/tfjs-core";
import { type LayersModel, loadLayersModel } from "@tensorflow/tfjs-layers";
import { MobileNetV2Model } from "nsfwjs/models/mobilenet_v2";
import { z } from "zod";
import { NSFW_SIDE } from "./nsfw-shape.ts";

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null;
const manifestSchema = z.object({
  modelTopology: z.custom<object>(isObject),
  weightsManifest: z.array(
    z.object({ paths: z.array(z.string()), weights: z.custom<io.WeightsManifestEntry[]>(Array.isArray) }),
  ),
});
const moduleSchema = z.object({ default: z.unknown() });

/** Reads the classifier from its package: JSON topology, weights in base64. Throws where either is missing. */
export async function loadNsfw(): Promise<LayersModel> {
  const topology = moduleSchema.parse(await MobileNetV2Model.modelJson());
  const manifest = manifestSchema.parse(topology.default);
  const shards: Buffer[] = [];
  for (const load of MobileNetV2Model.weightBundles) {
    shards.push(Buffer.from(z.string().parse(moduleSchema.parse(await load()).default), "base64"));
  }
  return loadLayersModel(
    io.fromMemory({
      modelTopology: manifest.modelTopology,
      weightSpecs: manifest.weightsManifest.flatMap((group) => group.weights),
      weightData: new Uint8Array(Buffer.concat(shards)).buffer,
    }),
  );
}

/** Runs the classifier on a 224×224 RGB square. Returns one probability for each of `NSFW_CLASSES`. */
export async function runNsfw(model: LayersModel, rgb: Uint8Array): Promise<Float32Array<ArrayBuffer>> {
  const pixels = Float32Array.from(rgb, (value) => value / 255);
  const input = tensor4d(pixels, [1, NSFW_SIDE, NSFW_SIDE, 3]);
  const output = model.predict(input);
  const tensor = Array.isArray(output) ? output[0] : output;
  try {
    if (!(tensor instanceof Tensor)) throw new Error("the classifier gave no scores");
    return Float32Array.from(await tensor.data());
  } finally {
    input.dispose();
    tensor?.dispose();
  }
}
