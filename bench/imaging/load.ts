import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { openRawClient } from "./raw-client.ts";

const run = promisify(execFile);

/** Where tiles are asked for. `authorization` is kept out of addresses, arguments and messages. */
export type Target = { origin: string; paths: readonly string[]; authorization: string | null };

/** Requests a second; milliseconds. */
export type Figures = { perSecond: number; p50: number; p95: number; p99: number };

const CONNECTIONS = 16;

/** All paths again and again for `seconds`, by wrk with 16 connections. Throws where any answer was not a picture. */
export async function askWarm(target: Target, seconds: number, scratch: string): Promise<Figures> {
  const paths = join(scratch, "paths.txt");
  await writeFile(paths, `${target.paths.join("\n")}\n`);
  const { PATH } = process.env;
  const authorization = target.authorization === null ? {} : { WRK_AUTHORIZATION: target.authorization };
  const { stdout } = await run(
    "wrk",
    ["-t1", `-c${CONNECTIONS}`, `-d${seconds}s`, "-s", join(import.meta.dirname, "wrk.lua"), target.origin],
    { env: { NODE_ENV: "production", PATH, WRK_PATHS: paths, ...authorization } },
  ).catch(() => {
    throw new Error("wrk failed");
  });
  const line = /^WRK (.*)$/m.exec(stdout)?.[1];
  const { refused, broken, ...figures } = JSON.parse(line ?? "null");
  if (refused + broken > 0) throw new Error(`${refused} answers were no pictures, ${broken} connections broke`);
  return figures;
}

/** Each path once, 16 at a time, as nobody has asked before. Throws where an answer is not a picture. */
export async function askCold(target: Target): Promise<Figures> {
  const clients = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => openRawClient(target.origin, target.authorization)),
  );
  const times: number[] = [];
  const waiting = [...target.paths].reverse();
  const started = performance.now();
  await Promise.all(
    clients.map(async (client) => {
      for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
        const begun = performance.now();
        await client.ask(path);
        times.push(performance.now() - begun);
      }
      client.close();
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  times.sort((a, b) => a - b);
  const at = (share: number): number =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
  return { perSecond: times.length / seconds, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
