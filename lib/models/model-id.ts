/** The provider of a model id: `openai-compatible` of `openai-compatible:llava:7b`. */
export function providerOf(id: string): string {
  const colon = id.indexOf(":");
  return colon < 0 ? id : id.slice(0, colon);
}

/** The provider's own name of the model: `llava:7b` of `openai-compatible:llava:7b`. */
export function modelNameOf(id: string): string {
  return id.slice(id.indexOf(":") + 1);
}
