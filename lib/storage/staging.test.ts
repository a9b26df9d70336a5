import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFileStore } from "./file-store.ts";
import { createStaging, type Staging } from "./staging.ts";

let root: string;
let staging: Staging;
const ID = "01a2190a-83e3-7000-84f2-f05e4a21631f";

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "staging-"));
  staging = createStaging(join(root, ".uploads"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function* pieces(whole: Uint8Array, size: number, failAt = Number.POSITIVE_INFINITY): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < whole.length; at += size) {
    if (at >= failAt) throw new Error("the line went dead");
    yield whole.subarray(at, at + size);
  }
}

describe("a staged file", () => {
  it("grows over several calls, and shows each piece once it is written", async () => {
    const whole = randomBytes(3_500_000);
    const seen: Uint8Array[] = [];
    await staging.create(ID, whole.length);
    expect(await staging.size(ID)).toBe(0);
    expect(
      await staging.append(ID, 0, pieces(whole.subarray(0, 2_000_000), 70_000), (piece) =>
        seen.push(Buffer.from(piece)),
      ),
    ).toBe(2_000_000);
    expect(await staging.size(ID)).toBe(2_000_000);
    await staging.append(ID, 2_000_000, pieces(whole.subarray(2_000_000), 999), (piece) =>
      seen.push(Buffer.from(piece)),
    );
    expect((await readFile(staging.path(ID))).equals(whole)).toBe(true);
    expect(Buffer.concat(seen).equals(whole)).toBe(true);
    await staging.remove(ID);
    expect(await staging.size(ID)).toBeNull();
  });

  it("keeps what came before the source broke", async () => {
    const whole = randomBytes(1_000_000);
    await staging.create(ID, whole.length);
    const broken = staging.append(ID, 0, pieces(whole, 1000, 300_000), () => undefined);
    await expect(broken).rejects.toThrow("the line went dead");
    expect((await readFile(staging.path(ID))).equals(whole.subarray(0, 300_000))).toBe(true);
  });

  it("becomes a blob by a move, and stays a file where the blob is there already", async () => {
    const store = createFileStore({ root });
    await staging.create(ID, 3);
    await staging.append(ID, 0, pieces(Buffer.from("abc"), 3), () => undefined);
    await store.adopt(staging.path(ID), "originals/abc");
    expect((await store.readRange("originals/abc", 0, 9)).toString()).toBe("abc");
    expect(await staging.size(ID)).toBeNull();
    await expect(store.adopt(staging.path(ID), "originals/xyz")).rejects.toMatchObject({ code: "not-found" });
  });

  it("is not begun where the disk has no room for it", async () => {
    await expect(staging.create(ID, Number.MAX_SAFE_INTEGER)).rejects.toMatchObject({ code: "storage-failed" });
    expect(await staging.size(ID)).toBeNull();
  });

  it("keeps what fitted where the disk refuses in the middle, and goes on once there is room", async () => {
    // The shell's limit on file sizes makes the kernel refuse a write for real, as a full disk does.
    const script = `
      import { createStaging } from "./lib/storage/staging.ts";
      async function* source() { for (let i = 0; i < 64; i += 1) yield Buffer.alloc(65536, 7); }
      const staging = createStaging(process.argv[1]);
      await staging.create("${ID}", 1);
      await staging.append("${ID}", 0, source(), () => undefined).then(
        () => console.log("stored"),
        (error) => console.log(JSON.stringify({ code: error.code, remedy: error.remedy })),
      );`;
    const run = spawnSync(
      "sh",
      [
        "-c",
        'ulimit -f 3000; exec "$0" --input-type=module -e "$1" "$2"',
        process.execPath,
        script,
        join(root, ".uploads"),
      ],
      { encoding: "utf8" },
    );
    expect(JSON.parse(run.stdout)).toEqual({ code: "storage-failed", remedy: expect.stringContaining("file") });
    const kept = (await staging.size(ID)) ?? 0;
    expect(kept).toBeGreaterThan(0);
    const rest = Buffer.alloc(64 * 65_536 - kept, 7);
    await staging.append(ID, kept, pieces(rest, 65_536), () => undefined);
    expect((await readFile(staging.path(ID))).equals(Buffer.alloc(64 * 65_536, 7))).toBe(true);
  });
});
