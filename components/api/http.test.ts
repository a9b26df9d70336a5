import { expect, it } from "vitest";
import { problemFrom, query } from "./http.ts";

it("makes one sentence of a problem, its fields and its remedy", () => {
  const problem = {
    type: "about:blank",
    title: "t",
    status: 400,
    code: "bad-input",
    detail: "the request is not right",
    errors: [{ field: "body.minScore", message: "too big" }],
    remedy: "send a number up to 1",
  };
  const read = problemFrom(400, JSON.stringify(problem));
  expect(read.message).toBe("The request is not right: too big. Send a number up to 1.");
  expect(read.code).toBe("bad-input");
});

it("says a remedy once, and something of what is no problem at all", () => {
  const problem = { type: "t", title: "t", status: 422, code: "c", detail: "no: send a PNG", remedy: "send a PNG" };
  expect(problemFrom(422, JSON.stringify(problem)).message).toBe("No: send a PNG.");
  expect(problemFrom(502, "<html>").message).toContain("502");
});

it("leaves out of an address what is not there", () => {
  expect(query({ a: 1, b: null, c: undefined, d: "", e: "x y" })).toBe("?a=1&e=x+y");
  expect(query({})).toBe("");
});
