import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** What a fake answers: a text, whole or cut off or refused, the same as arguments of a tool call, or an error. */
export type FamilyReply =
  | { kind: "text" | "cut" | "refused" | "tool"; text: string }
  | { kind: "error"; status: number; message: string };

export type FamilyServer = {
  url: string;
  /** Bodies of the calls so far. */
  bodies: unknown[];
  /** Takes the next call's answer from here on. */
  answer(reply: FamilyReply): void;
  close(): Promise<void>;
};

/** For tests: a server on loopback that speaks the protocols of OpenAI, Anthropic, Google, the AI Gateway and chat completions, by path. */
export async function startFamilies(): Promise<FamilyServer> {
  let reply: FamilyReply = { kind: "text", text: "{}" };
  const bodies: unknown[] = [];
  const server = createServer(async (request, response) => {
    bodies.push(JSON.parse(await bodyOf(request)));
    const isError = reply.kind === "error";
    response.writeHead(reply.kind === "error" ? reply.status : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(isError ? errorOf(reply) : wireOf(request.url ?? "", reply)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    bodies,
    answer: (next) => {
      reply = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString("utf8");
}

/** One shape that all of them read as an error. */
function errorOf(reply: FamilyReply): object {
  const message = reply.kind === "error" ? reply.message : "";
  return {
    type: "error",
    error: { type: "invalid_request_error", message, code: 400, status: "INVALID_ARGUMENT", param: null },
  };
}

function wireOf(path: string, reply: FamilyReply): object {
  if (reply.kind === "error") return {};
  if (path.endsWith("/responses")) return openAi(reply);
  if (path.endsWith("/messages")) return anthropic(reply);
  if (path.endsWith(":generateContent")) return google(reply);
  if (path.endsWith("/language-model")) return gateway(reply);
  return chatCompletion(reply);
}

type Said = Exclude<FamilyReply, { kind: "error" }>;

const CALL = "answer";

function openAi({ kind, text }: Said): object {
  const message = {
    type: "message",
    id: "m1",
    role: "assistant",
    status: "completed",
    content: [kind === "refused" ? { type: "refusal", refusal: "no" } : { type: "output_text", text, annotations: [] }],
  };
  const call = { type: "function_call", id: "f1", call_id: "c1", name: CALL, arguments: text, status: "completed" };
  return {
    id: "r1",
    object: "response",
    created_at: 1,
    model: "gpt",
    output: [kind === "tool" ? call : message],
    incomplete_details:
      kind === "cut" ? { reason: "max_output_tokens" } : kind === "refused" ? { reason: "content_filter" } : null,
    usage: { input_tokens: 100, output_tokens: 20 },
  };
}

function anthropic({ kind, text }: Said): object {
  const stop = { text: "end_turn", cut: "max_tokens", refused: "refusal", tool: "tool_use" } as const;
  return {
    type: "message",
    id: "m1",
    role: "assistant",
    model: "claude",
    content: [
      kind === "tool" ? { type: "tool_use", id: "t1", name: "json", input: JSON.parse(text) } : { type: "text", text },
    ],
    stop_reason: stop[kind],
    stop_sequence: null,
    usage: { input_tokens: 100, output_tokens: 20 },
  };
}

function google({ kind, text }: Said): object {
  const finish = { text: "STOP", cut: "MAX_TOKENS", refused: "SAFETY", tool: "STOP" } as const;
  const part = kind === "tool" ? { functionCall: { name: CALL, args: JSON.parse(text) } } : { text };
  return {
    candidates: [{ content: { role: "model", parts: [part] }, finishReason: finish[kind], index: 0 }],
    usageMetadata: { promptTokenCount: 100, candidatesTokenCount: 20, totalTokenCount: 120 },
  };
}

function gateway({ kind, text }: Said): object {
  const finish = { text: "stop", cut: "length", refused: "content-filter", tool: "tool-calls" } as const;
  const part =
    kind === "tool" ? { type: "tool-call", toolCallId: "c1", toolName: CALL, input: text } : { type: "text", text };
  return {
    content: [part],
    finishReason: { unified: finish[kind], raw: finish[kind] },
    usage: { inputTokens: { total: 100 }, outputTokens: { total: 20 } },
    warnings: [],
  };
}

function chatCompletion({ kind, text }: Said): object {
  const finish = { text: "stop", cut: "length", refused: "content_filter", tool: "tool_calls" } as const;
  const calls = [{ id: "c1", type: "function", function: { name: CALL, arguments: text } }];
  const message =
    kind === "tool" ? { role: "assistant", content: null, tool_calls: calls } : { role: "assistant", content: text };
  return {
    id: "c1",
    object: "chat.completion",
    created: 1,
    model: "fake",
    choices: [{ index: 0, message, finish_reason: finish[kind] }],
    usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
  };
}
