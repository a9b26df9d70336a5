import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { expect, it } from "vitest";
import { pngDamage } from "./png-damage.ts";

it("says what is wrong with a PNG, and nothing of a good one", async () => {
  const folder = await mkdtemp(join(tmpdir(), "png-"));
  const path = join(folder, "picture");
  const said = async (bytes: Buffer): Promise<string | null> => {
    await writeFile(path, bytes);
    return pngDamage(path);
  };
  const good = await sharp({ create: { width: 40, height: 30, channels: 3, background: "#123" } })
    .png()
    .toBuffer();
  const changed = (at: number, to: number): Buffer => {
    const copy = Buffer.from(good);
    copy[at] = to;
    return copy;
  };
  try {
    expect(await said(good)).toBeNull();
    expect(await said(changed(24, 9))).toBe("has a wrong checksum in its IHDR chunk");
    expect(await said(changed(12, 0))).toBe("holds a chunk without a name");
    const data = good.indexOf("IDAT");
    expect(await said(good.subarray(0, data + 10))).toBe("ends inside its IDAT chunk");
    expect(await said(good.subarray(0, good.indexOf("IEND") - 4))).toBe("ends without its last chunk");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
