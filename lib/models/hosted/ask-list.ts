import { z } from "zod";
import { modelNameOf, providerOf } from "../model-id.ts";
import type { ProviderSettings } from "../settings.ts";

/** What a provider's own list says of a model; null: it has none, or does not answer just now. */
export type Listed = "known" | "unknown" | "refused" | null;

const listSchema = z.object({ data: z.array(z.object({ id: z.string() })) });

/** Asks a provider whether it knows a model, which costs nothing. Never throws; keys go to the provider alone. */
export async function askList(id: string, settings: ProviderSettings, signal: AbortSignal): Promise<Listed> {
  const request = requestFor(id, settings);
  if (!request) return null;
  try {
    const response = await fetch(request.url, { headers: request.headers, signal });
    if (response.status === 401 || response.status === 403) return "refused";
    if (request.names === null) return response.ok ? "known" : response.status === 404 ? "unknown" : null;
    const list = response.ok ? listSchema.safeParse(await response.json()) : null;
    if (!list?.success) return null;
    const { names } = request;
    return list.data.data.some((model) => names.includes(model.id)) ? "known" : "unknown";
  } catch {
    return null;
  }
}

/** `names`: of which one is to stand in the list that is answered; null: the address is the model's own. */
type ListRequest = { url: string; headers: Record<string, string>; names: string[] | null };

function requestFor(id: string, { keys, baseUrls }: ProviderSettings): ListRequest | null {
  const name = modelNameOf(id);
  const own = (base: string, headers: Record<string, string>): ListRequest => ({
    url: `${base}/models/${encodeURIComponent(name)}`,
    headers,
    names: null,
  });
  switch (providerOf(id)) {
    case "openai":
      return own(baseUrls?.openai ?? "https://api.openai.com/v1", { authorization: `Bearer ${keys.openai}` });
    case "anthropic":
      return own(baseUrls?.anthropic ?? "https://api.anthropic.com/v1", {
        "x-api-key": keys.anthropic ?? "",
        "anthropic-version": "2023-06-01",
      });
    case "google":
      return own(baseUrls?.google ?? "https://generativelanguage.googleapis.com/v1beta", {
        "x-goog-api-key": keys.google ?? "",
      });
    case "openai-compatible": {
      if (!keys.openaiCompatible) return null;
      const { baseUrl, apiKey } = keys.openaiCompatible;
      const headers = apiKey ? { authorization: `Bearer ${apiKey}` } : {};
      // Ollama lists a model with its tag, and takes it without.
      return { url: `${baseUrl.replace(/\/$/, "")}/models`, headers: { ...headers }, names: [name, `${name}:latest`] };
    }
    default:
      return null;
  }
}
