import { afterEach, describe, expect, it, vi } from "vitest";
import { ModelError, TesseraError } from "#lib/core/errors.ts";
import { inRequest, noteActor } from "../http/request-scope.ts";
import { makeLog } from "./log.ts";

afterEach(() => vi.unstubAllEnvs());

function lines(level = "debug") {
  const written: string[] = [];
  const logger = makeLog((line) => written.push(line), level);
  return { logger, written, last: () => JSON.parse(written.at(-1) ?? "null") };
}

describe("a line of the log", () => {
  it("is one line of JSON with time, level, process and ids", () => {
    const { logger, written, last } = lines();
    logger.debug({ run: "r", tile: 7, attempt: 2, outcome: "retry" }, "tile");
    expect(written.join("").split("\n")).toEqual([expect.any(String), ""]);
    expect(last()).toEqual({
      level: "debug",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      pid: process.pid,
      run: "r",
      tile: 7,
      attempt: 2,
      outcome: "retry",
      msg: "tile",
    });
  });

  it("is not made below the level that was asked for", () => {
    const { logger, written } = lines("warn");
    const told = vi.fn(() => "x");
    logger.info({ toJSON: told }, "request");
    expect(written).toEqual([]);
    expect(told).not.toHaveBeenCalled();
  });

  it("carries the request in whose course it is written, and who sends it, also after waiting", async () => {
    const { logger, written } = lines();
    await Promise.all(
      ["one", "two"].map((id) =>
        inRequest({ id }, async () => {
          await new Promise((resolve) => setTimeout(resolve, 5));
          noteActor(`${id}@example.org`);
          await new Promise((resolve) => setTimeout(resolve, 5));
          logger.info("in the middle");
        }),
      ),
    );
    logger.info("outside");
    const [first, second, outside] = written.map((line) => JSON.parse(line));
    expect([first.request, first.actor]).toEqual(["one", "one@example.org"]);
    expect([second.request, second.actor]).toEqual(["two", "two@example.org"]);
    expect(outside).not.toHaveProperty("request");
  });

  it("tells an error with its code, remedy, stack and cause, and not what a library hung on it", () => {
    const { logger, written, last } = lines();
    const inner = Object.assign(new Error("connection refused"), {
      code: "ECONNREFUSED",
      requestBodyValues: "PICTURE",
    });
    const err = new ModelError("transient", "no answer", { remedy: "wait", cause: inner });
    logger.error({ err }, "call");
    expect(written.at(-1)).not.toContain("PICTURE");
    expect(last().err).toMatchObject({
      type: "ModelError",
      code: "model-failed",
      remedy: "wait",
      message: "no answer",
      stack: expect.stringContaining("no answer"),
      cause: { message: "connection refused", code: "ECONNREFUSED" },
    });
  });
});

describe("a secret", () => {
  const KEY = 'key-with "quotes" and \\ 123';
  const PASSWORD = "pa55/word!";

  function secretive() {
    vi.stubEnv("OPENAI_API_KEY", "an-openai-key-1234");
    vi.stubEnv("OPENAI_COMPATIBLE_API_KEY", KEY);
    vi.stubEnv("TESSERA_LOOP_SECRET", "loop-secret-abcdef");
    vi.stubEnv("DATABASE_URL", `postgres://tessera:${encodeURIComponent(PASSWORD)}@127.0.0.1:5432/tessera`);
    return lines();
  }

  it("of the environment is in no line, wherever it came from", () => {
    const { logger, written } = secretive();
    const url = process.env["DATABASE_URL"];
    logger.info({ url, password: "short" }, `opening ${url}`);
    logger.info({ deep: { er: [KEY, "an-openai-key-1234"] } }, `Incorrect API key provided: ${KEY}`);
    const cause = new Error(`password authentication failed for ${PASSWORD} at ${url}`);
    logger.error({ err: new TesseraError("database-unavailable", `no ${url}`, { cause }) }, "loop-secret-abcdef");
    const all = written.join("");
    for (const secret of [KEY, JSON.stringify(KEY).slice(1, -1), "an-openai-key-1234", PASSWORD, "pa55%2Fword!"]) {
      expect(all).not.toContain(secret);
    }
    expect(all).not.toContain("loop-secret");
    expect(all).not.toContain('"short"');
    for (const line of written) expect(() => JSON.parse(line)).not.toThrow();
    expect(JSON.parse(written[0] ?? "").msg).toBe("opening postgres://[secret]@127.0.0.1:5432/tessera");
  });

  it("is known by its form where nobody told it", () => {
    const { logger, written } = secretive();
    const token = `tsr_${"a-b_9".repeat(9)}`.slice(0, 47);
    logger.warn({ headers: { authorization: "Bearer abc.def-ghi", cookie: `tessera_session=${token}` } }, "headers");
    logger.warn(
      `GET /sign-in/verify?token=tsl_${"x".repeat(43)} with Basic bG9vcDpzZWNyZXQ= and sk-ant-api03-abcdefghijkl`,
    );
    logger.warn({ "x-api-key": "zzz", apiKey: "yyy", accessToken: "www", secret: 'v"v' }, "fields");
    const all = written.join("");
    for (const secret of [
      token,
      "abc.def-ghi",
      "xxxxxxxx",
      "bG9vcDpzZWNyZXQ",
      "abcdefghijkl",
      "zzz",
      "yyy",
      "www",
      "v\\",
    ]) {
      expect(all).not.toContain(secret);
    }
    for (const line of written) expect(() => JSON.parse(line)).not.toThrow();
  });

  it("is not seen in what is none: counts of tokens, ids, model names", () => {
    const { logger, last } = secretive();
    const run = "0198c3a4-7d1e-7a55-9c11-3f2c7b0a9d11";
    logger.info(
      { run, tokens: 1200, model: "openai-compatible:basic-vision", inputTokens: 3 },
      "the task-sk-x token is basic",
    );
    expect(last()).toMatchObject({
      run,
      tokens: 1200,
      model: "openai-compatible:basic-vision",
      inputTokens: 3,
      msg: "the task-sk-x token is basic",
    });
  });
});
