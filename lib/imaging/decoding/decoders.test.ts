import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { processWide } from "#lib/process-wide.ts";
import { readOverview } from "../overview.ts";
import { probeImage } from "../probe.ts";
import { type Decoder, endDecoder, keepDecoder, readyDecoder, takeDecoder } from "./decoders.ts";

let folder: string;
const taken: Decoder[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "decoders-"));
});

afterAll(async () => {
  for (const decoder of taken) endDecoder(decoder);
  await rm(folder, { recursive: true, force: true });
});

const fixture = (name: string): string => join(import.meta.dirname, "..", "fixtures", name);

function take(picture: string): Decoder {
  const decoder = takeDecoder(picture);
  taken.push(decoder);
  return decoder;
}

describe("decoder processes", () => {
  it("go on with their picture, and never see another", () => {
    const first = take("a");
    keepDecoder("a", first);
    const other = take("b");
    expect(other.child.pid).not.toBe(first.child.pid);
    const again = take("a");
    expect(again.child.pid).toBe(first.child.pid);
    expect(take("a").child.pid).not.toBe(first.child.pid);
  });

  it("are made ready for the next picture once they are asked to, one at a time", () => {
    const decoders = processWide("decoders", () => ({ ready: null as { decoder: Decoder } | null }));
    take("busy");
    take("busy too");
    expect(decoders.ready).toBeNull();
    readyDecoder();
    const ready = decoders.ready?.decoder.child.pid;
    readyDecoder();
    expect(decoders.ready?.decoder.child.pid).toBe(ready);
    expect(take("next").child.pid).toBe(ready);
    expect(decoders.ready).toBeNull();
  });

  it("are not taken up again once they have ended, and only two wait", async () => {
    const gone = take("gone");
    keepDecoder("gone", gone);
    const closed = once(gone.child, "close");
    endDecoder(gone);
    await closed;
    expect(take("gone").child.pid).not.toBe(gone.child.pid);
    const three = ["1", "2", "3"].map((picture) => ({ picture, decoder: take(picture) }));
    const oldest = three[0]?.decoder;
    const ended = oldest && once(oldest.child, "close");
    for (const { picture, decoder } of three) keepDecoder(picture, decoder);
    await ended;
    expect(oldest?.child.signalCode).toBe("SIGKILL");
    for (const { picture, decoder } of three.slice(1)) expect(take(picture).child.pid).toBe(decoder.child.pid);
  });

  it("are ended by a picture that fails, and do one job after the other about one that does not", async () => {
    const bad = fixture("bad-group4.tif");
    const probe = await probeImage(bad, { maxPixels: 1e9 });
    const before = take(bad);
    keepDecoder(bad, before);
    const closed = once(before.child, "close");
    await expect(readOverview(bad, probe, { maxSide: 64 })).rejects.toMatchObject({ code: "unsupported-image" });
    await closed;
    const good = fixture("plain-pages.pdf");
    const pages = await probeImage(good, { maxPixels: 1e9 });
    const decoder = take(good);
    keepDecoder(good, decoder);
    for (const page of [0, 1, 0]) {
      const { width, height } = await readOverview(good, pages, { maxSide: 100, page });
      expect(Math.max(width, height)).toBe(100);
    }
    expect(take(good).child.pid).toBe(decoder.child.pid);
  });
});
