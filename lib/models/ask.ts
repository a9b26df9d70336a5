import {
  APICallError,
  generateText,
  type JSONValue,
  type ModelMessage,
  NoObjectGeneratedError,
  NoOutputGeneratedError,
  Output,
} from "ai";
import type { z } from "zod";
import type { Exchange } from "#lib/core/detection/exchange.ts";
import { ModelError } from "#lib/core/errors.ts";
import { processWide } from "#lib/process-wide.ts";
import { countCall, type ModelRole } from "./call-counts.ts";
import { classifyFailure } from "./hosted/classify-failure.ts";
import { extractJson } from "./hosted/extract-json.ts";
import type { OpenedModel } from "./language-model.ts";
import type { Price } from "./settings.ts";
import type { ModelUsage } from "./types.ts";

/** What is kept of a reply for the evidence chain, in characters. */
const RAW_LIMIT = 16_384;
const MAX_OUTPUT_TOKENS = 8192;

export type Ask<T> = {
  model: OpenedModel;
  /** Full id, for counts and messages. */
  id: string;
  role: ModelRole;
  /** Which wording this is, for traces: e.g. `tile/1`. */
  wording: string;
  instructions: string;
  content: UserContent;
  schema: z.ZodType<T>;
  price: Price | undefined;
  /** For the embedded models, which read options rather than prose. */
  localOptions?: Record<string, JSONValue>;
  signal: AbortSignal;
};
type UserContent = Exclude<Extract<ModelMessage, { role: "user" }>["content"], string>;

export type Answered<T> = { value: T; exchange: Exchange; usage: ModelUsage };

type Reply = { text: string; finishReason: string; inputTokens: number; outputTokens: number };
type Read<T> = { ok: true; value: T } | { ok: false; problem: string };

/**
 * Asks a model for one JSON document of a schema. A reply that is malformed or empty is sent back once with what is wrong with it;
 * one that is cut off or refused is not. Never retries a call that failed. Throws `ModelError`, with what was said and used all the same.
 */
export async function ask<T>(question: Ask<T>): Promise<Answered<T>> {
  const told: Told = { replies: [], calls: 0 };
  try {
    const value = await askWithRepair(question, told);
    const exchange = exchangeOf(question, told);
    const { inputTokens, outputTokens, cost } = exchange;
    return { value, exchange, usage: { inputTokens, outputTokens, cost } };
  } catch (error) {
    if (error instanceof ModelError && told.calls > 0) error.exchange = exchangeOf(question, told);
    throw error;
  }
}

/** What came of the calls of one question so far. */
type Told = { replies: Reply[]; calls: number };

async function askWithRepair<T>(question: Ask<T>, told: Told): Promise<T> {
  const messages: ModelMessage[] = [{ role: "user", content: question.content }];
  const first = await call(question, messages, told);
  const read = readReply(question, first);
  if (read.ok) return read.value;

  messages.push(
    { role: "assistant", content: first.text || "(empty)" },
    {
      role: "user",
      content: `That reply cannot be used: ${read.problem}. Answer again with the JSON document alone, complete and in the shape asked for.`,
    },
  );
  const repaired = readReply(question, await call(question, messages, told));
  if (repaired.ok) return repaired.value;
  throw new ModelError("tile-fatal", `${question.id} gave no usable reply, also when told so: ${repaired.problem}`, {
    remedy: "choose a model that follows a JSON schema",
    unreadable: true,
  });
}

async function call<T>(question: Ask<T>, messages: ModelMessage[], told: Told): Promise<Reply> {
  if (question.signal.aborted) throw classifyFailure(question.id, question.signal.reason, question.signal);
  // The embedded models have one shape each; being told of it, and having the SDK read the reply too, would cost the server's thread alone.
  const structured = question.localOptions === undefined && !schemaRefusers().has(question.id);
  countCall(question.id, question.role);
  told.calls += 1;
  const reply = (text: string | undefined, finishReason: string | undefined, usage: Usage): Reply => {
    const said = replyOf(text, finishReason, usage);
    told.replies.push(said);
    return said;
  };
  try {
    const result = await generateText({
      model: question.model,
      instructions: question.instructions,
      messages,
      ...(structured ? { output: outputOf(question.schema) } : {}),
      maxRetries: 0,
      telemetry: { functionId: question.wording },
      maxOutputTokens: MAX_OUTPUT_TOKENS,
      abortSignal: question.signal,
      ...(question.localOptions ? { providerOptions: { local: question.localOptions } } : {}),
    });
    return reply(result.text || calledWith(result.toolCalls), result.finishReason, result.usage);
  } catch (error) {
    // The SDK reads the reply strictly; what it could not read is read again with more patience.
    if (NoObjectGeneratedError.isInstance(error)) return reply(error.text, error.finishReason, error.usage);
    if (NoOutputGeneratedError.isInstance(error)) return reply("", "stop", undefined);
    if (structured && refusesSchema(error)) {
      schemaRefusers().add(question.id);
      return call(question, messages, told);
    }
    throw classifyFailure(question.id, error, question.signal);
  }
}

const outputs = new WeakMap<z.ZodType, ReturnType<typeof makeOutput>>();
const makeOutput = (schema: z.ZodType) => Output.object({ schema });

/** To make JSON Schema of a schema takes a thirtieth of what the server's thread does for a tile: it is done once for each. */
function outputOf(schema: z.ZodType): ReturnType<typeof makeOutput> {
  const output = outputs.get(schema) ?? makeOutput(schema);
  outputs.set(schema, output);
  return output;
}

/** What a model called a tool with instead of answering, though it was offered none: some are taught to answer so. */
function calledWith(toolCalls: readonly { input: unknown }[]): string {
  const [call] = toolCalls;
  if (call === undefined) return "";
  return typeof call.input === "string" ? call.input : JSON.stringify(call.input);
}

/** Models whose server does not take a JSON schema: the instructions alone tell them the shape. */
function schemaRefusers(): Set<string> {
  return processWide("models.schema-refusers", () => new Set<string>());
}

function refusesSchema(error: unknown): boolean {
  if (!APICallError.isInstance(error) || (error.statusCode !== 400 && error.statusCode !== 422)) return false;
  return /response_format|json_schema|structured output/i.test(`${error.message} ${error.responseBody ?? ""}`);
}

type Usage = { inputTokens: number | undefined; outputTokens: number | undefined } | undefined;

function replyOf(text: string | undefined, finishReason: string | undefined, usage: Usage): Reply {
  return {
    text: text ?? "",
    finishReason: finishReason ?? "other",
    inputTokens: usage?.inputTokens ?? 0,
    outputTokens: usage?.outputTokens ?? 0,
  };
}

function readReply<T>({ id, schema }: Ask<T>, { text, finishReason }: Reply): Read<T> {
  if (finishReason === "length") {
    throw new ModelError("tile-fatal", `${id} was cut off in the middle of its reply`, {
      remedy: "use smaller tiles or fewer classes, so that the reply gets shorter",
      unreadable: true,
    });
  }
  if (finishReason === "content-filter") throw new ModelError("tile-fatal", `${id} refused the picture`);
  if (text.trim() === "") return { ok: false, problem: "it is empty" };
  const json = extractJson(text);
  if (json === undefined) return { ok: false, problem: "it holds no complete JSON document" };
  const parsed = schema.safeParse(json);
  if (parsed.success) return { ok: true, value: parsed.data };
  const [issue] = parsed.error.issues;
  return { ok: false, problem: issue ? `${issue.path.join(".") || "the document"}: ${issue.message}` : "wrong shape" };
}

function exchangeOf<T>({ price, wording, instructions, content }: Ask<T>, { replies, calls }: Told): Exchange {
  const inputTokens = replies.reduce((sum, one) => sum + one.inputTokens, 0);
  const outputTokens = replies.reduce((sum, one) => sum + one.outputTokens, 0);
  const cost = price ? (inputTokens * price.inputPerMillion + outputTokens * price.outputPerMillion) / 1e6 : null;
  const asked = content.flatMap((part) => (part.type === "text" ? [part.text] : []));
  return {
    wording,
    prompt: [instructions, ...asked].join("\n\n"),
    replies: replies.map(({ text }) => text.slice(0, RAW_LIMIT)),
    calls,
    inputTokens,
    outputTokens,
    cost,
  };
}
