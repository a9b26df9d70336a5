import { createAnthropic } from "@ai-sdk/anthropic";
import { createGateway } from "@ai-sdk/gateway";
import { createGoogle } from "@ai-sdk/google";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { ModelError } from "#lib/core/errors.ts";
import type { OpenedModel } from "../language-model.ts";
import { modelNameOf, providerOf } from "../model-id.ts";
import type { ProviderSettings } from "../settings.ts";

/** The variable that holds each provider's key, named in errors only. */
const KEY_NAMES = {
  openai: "OPENAI_API_KEY",
  anthropic: "ANTHROPIC_API_KEY",
  google: "GOOGLE_GENERATIVE_AI_API_KEY",
  gateway: "AI_GATEWAY_API_KEY",
} as const;

export const HOSTED_PROVIDERS = ["openai", "anthropic", "google", "gateway", "openai-compatible"] as const;

/** Opens a hosted model by its id. Throws `run-fatal` where the provider is unknown or its key or address is missing. */
export function openModel(id: string, settings: ProviderSettings): OpenedModel {
  const name = modelNameOf(id);
  const provider = providerOf(id);
  switch (provider) {
    case "openai":
      return createOpenAI(account("openai", settings))(name);
    case "anthropic":
      return createAnthropic(account("anthropic", settings))(name);
    case "google":
      return createGoogle(account("google", settings))(name);
    case "gateway":
      return createGateway(account("gateway", settings))(name);
    case "openai-compatible":
      return compatible(name, settings);
    default:
      throw new ModelError("run-fatal", `there is no provider "${provider}"`, {
        remedy: `models read provider:model; providers are local, ${HOSTED_PROVIDERS.join(", ")}`,
      });
  }
}

function account(provider: keyof typeof KEY_NAMES, settings: ProviderSettings): { apiKey: string; baseURL?: string } {
  const apiKey = settings.keys[provider];
  if (!apiKey) {
    throw new ModelError("run-fatal", `there is no key for ${provider}`, {
      remedy: `set ${KEY_NAMES[provider]} and restart, or choose another model`,
    });
  }
  const baseURL = settings.baseUrls?.[provider];
  return baseURL ? { apiKey, baseURL } : { apiKey };
}

function compatible(name: string, settings: ProviderSettings): OpenedModel {
  const server = settings.keys.openaiCompatible;
  if (!server) {
    throw new ModelError("run-fatal", "there is no address for openai-compatible models", {
      remedy: "set OPENAI_COMPATIBLE_BASE_URL (e.g. http://127.0.0.1:11434/v1) and restart, or choose another model",
    });
  }
  const provider = createOpenAICompatible({
    name: "openai-compatible",
    baseURL: server.baseUrl,
    // Without this the schema is dropped and the server is free to answer in any shape.
    supportsStructuredOutputs: true,
    ...(server.apiKey ? { apiKey: server.apiKey } : {}),
  });
  return provider(name);
}
