import type { LanguageModel } from "ai";

/** The AI SDK's provider interface in the version that the embedded models implement. */
export type LanguageModelV3 = Extract<LanguageModel, { specificationVersion: "v3" }>;

/** A model as an object; the SDK also takes names, which would go to a gateway of its own choice. */
export type OpenedModel = Exclude<LanguageModel, string>;
