import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Rate, tokenBucket } from "./token-bucket.ts";

/** A detection in the reply convention of tile models: thousandths of the tile, y first. */
type FakeDetection = { label: string; score: number; box_2d: [number, number, number, number] };

/** What the provider does with one call. `hang` never answers; `reset` cuts the connection at once, `cut` in the middle of the reply. */
export type FakeBehaviour =
  | { kind: "ok" }
  | { kind: "status"; status: number; headers?: Record<string, string>; message?: string }
  | { kind: "hang" | "reset" | "cut" | "nonsense" | "empty" | "empty-body" | "truncated" | "refusal" }
  | { kind: "text"; text: string };

/** One call as it arrived. `picture` holds the bytes of its last picture, `task` is told by the schema it asks for. */
type FakeCall = {
  /** 0-based, in order of arrival. */
  number: number;
  model: string;
  task: "tile" | "moderation" | "synthesis";
  picture: Buffer | null;
  authorization: string | undefined;
  /** The parsed request body. */
  body: unknown;
};

export type FakeProviderOptions = {
  /** `from-pixels`: none to three detections that depend on the bytes of the picture alone. Default: none. */
  detections?: "from-pixels" | FakeDetection[] | ((call: FakeCall) => FakeDetection[]);
  /** What moderation is answered. Default: pass. */
  verdict?: "pass" | "block";
  /** What synthesis is answered. Default: a title and no sentence. */
  scene?: { title: string; sentences: { text: string; findings: string[]; tiles: number[] }[] };
  latencyMs?: number;
  /** Each call takes up to this much longer, by chance. */
  jitterMs?: number;
  /** Calls in flight that it allows: what comes beyond is refused with 429. */
  allows?: number;
  /** Requests a minute that it allows, with as many at once as `burstSeconds` give: what comes beyond is refused with 429. */
  rate?: Rate | null;
  /** Whether those refusals say when to come again. */
  saysWhen?: boolean;
  /** The models that it lists, where it is asked for them; default: it has no list. */
  models?: string[];
  /** Asked once a call; default: always `ok`. */
  behaviour?: (call: FakeCall) => FakeBehaviour;
};

export type FakeProvider = {
  /** Base address for OPENAI_COMPATIBLE_BASE_URL. */
  readonly url: string;
  readonly port: number;
  /** Calls that arrived so far, whatever became of them. */
  readonly calls: number;
  /** Calls by model, whatever became of them, and the tokens that it said it used. */
  readonly byModel: ReadonlyMap<string, { calls: number; input: number; output: number }>;
  readonly callsByTask: Readonly<Record<FakeCall["task"], number>>;
  readonly maxInFlight: number;
  /** Calls that have come and are not answered yet. */
  readonly inFlight: number;
  /** Calls that were refused since more than `allows` were in flight. */
  readonly refused: number;
  /** Calls that were refused since more came than `rate` allows. */
  readonly refusedByRate: number;
  /** The most in flight since it was last asked. */
  takeMostInFlight(): number;
  /** How often each picture was answered with detections, by its hash: more than once, and a call was repeated that had succeeded. */
  readonly answered: ReadonlyMap<string, number>;
  /** Changes the options for the calls to come; what is not named stays. */
  set(options: FakeProviderOptions): void;
  close(): Promise<void>;
};

/** What every answer costs, and which behaviours answer at all. */
const USAGE = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };
const COMPLETIONS: ReadonlySet<FakeBehaviour["kind"]> = new Set([
  "ok",
  "text",
  "nonsense",
  "empty",
  "truncated",
  "refusal",
]);

/** Starts a server on loopback that speaks OpenAI's chat completions as far as the product uses them. */
export async function startFakeProvider(options: FakeProviderOptions = {}): Promise<FakeProvider> {
  let current = options;
  let calls = 0;
  let inFlight = 0;
  let maxInFlight = 0;
  let mostInFlight = 0;
  let refused = 0;
  let refusedByRate = 0;
  let bucket = tokenBucket(options.rate ?? null);
  const answered = new Map<string, number>();
  const byModel = new Map<string, { calls: number; input: number; output: number }>();
  const callsByTask = { tile: 0, moderation: 0, synthesis: 0 };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const number = calls++;
    maxInFlight = Math.max(maxInFlight, ++inFlight);
    mostInFlight = Math.max(mostInFlight, inFlight);
    response.once("close", () => inFlight--);
    const call = readCall(number, request, await bodyOf(request));
    callsByTask[call.task]++;
    const used = byModel.get(call.model) ?? { calls: 0, input: 0, output: 0 };
    byModel.set(call.model, used);
    used.calls += 1;
    if (inFlight > (current.allows ?? Number.POSITIVE_INFINITY)) {
      refused++;
      refuse(response, call.model, "too many at once", current.saysWhen ? (current.latencyMs ?? 0) : null);
      return;
    }
    const waitMs = bucket();
    if (waitMs > 0) {
      refusedByRate++;
      refuse(response, call.model, "too many a minute", current.saysWhen ? waitMs : null);
      return;
    }
    const behaviour = current.behaviour?.(call) ?? { kind: "ok" };
    const takesMs = (current.latencyMs ?? 0) + Math.random() * (current.jitterMs ?? 0);
    if (takesMs > 0) await new Promise((resolve) => setTimeout(resolve, takesMs));
    if (behaviour.kind === "ok" && call.picture) {
      const hash = createHash("sha256").update(call.picture).digest("hex");
      answered.set(hash, (answered.get(hash) ?? 0) + 1);
    }
    if (COMPLETIONS.has(behaviour.kind)) {
      used.input += USAGE.prompt_tokens;
      used.output += USAGE.completion_tokens;
    }
    answer(response, behaviour, () => JSON.stringify(replyTo(call, current)), call.model);
  }

  const server = createServer((request, response) => {
    if (request.method === "GET") {
      const { models } = current;
      response.writeHead(models ? 200 : 404, { "content-type": "application/json" });
      response.end(JSON.stringify({ data: models?.map((id) => ({ id })) ?? [] }));
      return;
    }
    // A caller that hangs up in the middle of its request is part of the tests.
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    port,
    get calls() {
      return calls;
    },
    byModel,
    callsByTask,
    get maxInFlight() {
      return maxInFlight;
    },
    get inFlight() {
      return inFlight;
    },
    get refused() {
      return refused;
    },
    get refusedByRate() {
      return refusedByRate;
    },
    takeMostInFlight() {
      const most = mostInFlight;
      mostInFlight = inFlight;
      return most;
    },
    answered,
    set(changed) {
      current = { ...current, ...changed };
      if (changed.rate !== undefined) bucket = tokenBucket(changed.rate);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function refuse(response: ServerResponse, model: string, message: string, waitMs: number | null): void {
  const headers = waitMs === null ? {} : { "retry-after-ms": String(Math.round(waitMs)) };
  answer(response, { kind: "status", status: 429, message, headers }, () => "", model);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function readCall(number: number, request: IncomingMessage, text: string): FakeCall {
  const body: { model?: string } = JSON.parse(text);
  const pictures = [...text.matchAll(/data:image\/[a-z]+;base64,([A-Za-z0-9+/=]+)/g)];
  const encoded = pictures.at(-1)?.[1];
  const task = text.includes('\\"verdict\\"') ? "moderation" : text.includes('\\"sentences\\"') ? "synthesis" : "tile";
  return {
    number,
    model: body.model ?? "",
    task,
    picture: encoded ? Buffer.from(encoded, "base64") : null,
    authorization: request.headers.authorization,
    body,
  };
}

function replyTo(call: FakeCall, options: FakeProviderOptions): unknown {
  if (call.task === "moderation") return { verdict: options.verdict ?? "pass", reason: "as the test wants it" };
  if (call.task === "synthesis") return options.scene ?? { title: "A scene", sentences: [] };
  const { detections = [] } = options;
  if (typeof detections === "function") return { detections: detections(call) };
  return { detections: detections === "from-pixels" ? fromPixels(call.picture) : detections };
}

function fromPixels(picture: Buffer | null): FakeDetection[] {
  if (!picture) return [];
  const hash = createHash("sha256").update(picture).digest();
  const byte = (at: number) => hash[at] ?? 0;
  return Array.from({ length: byte(0) % 4 }, (_, index) => {
    const at = 1 + index * 5;
    const [top, left] = [(byte(at) / 255) * 800, (byte(at + 1) / 255) * 800];
    const bottom = top + 50 + (byte(at + 2) / 255) * 150;
    const right = left + 50 + (byte(at + 3) / 255) * 150;
    return {
      label: "thing",
      score: Math.round((0.5 + byte(at + 4) / 512) * 100) / 100,
      box_2d: [top, left, bottom, right],
    };
  });
}

function answer(response: ServerResponse, behaviour: FakeBehaviour, reply: () => string, model: string): void {
  switch (behaviour.kind) {
    case "ok":
      complete(response, model, reply(), "stop");
      return;
    case "text":
      complete(response, model, behaviour.text, "stop");
      return;
    case "nonsense":
      complete(response, model, "I see a lovely picture with many things in it.", "stop");
      return;
    case "empty":
      complete(response, model, "", "stop");
      return;
    case "cut":
      response.writeHead(200, { "content-type": "application/json", "content-length": "4096" });
      response.write(`{"id":"chatcmpl-fake","choices":[{"index":0,"message":{"role":"assistant","content":"{`, () =>
        response.socket?.resetAndDestroy(),
      );
      return;
    case "truncated":
      complete(response, model, reply().slice(0, -5), "length");
      return;
    case "refusal":
      complete(response, model, "", "content_filter");
      return;
    case "empty-body":
      response.writeHead(200, { "content-type": "application/json" }).end();
      return;
    case "status": {
      const error = { message: behaviour.message ?? `status ${behaviour.status} as the test wants it` };
      response.writeHead(behaviour.status, { "content-type": "application/json", ...behaviour.headers });
      response.end(JSON.stringify({ error }));
      return;
    }
    case "reset":
      response.socket?.resetAndDestroy();
      return;
    case "hang":
      return;
  }
}

function complete(response: ServerResponse, model: string, content: string, finishReason: string): void {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(
    JSON.stringify({
      id: "chatcmpl-fake",
      object: "chat.completion",
      created: 0,
      model,
      choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: finishReason }],
      usage: USAGE,
    }),
  );
}
