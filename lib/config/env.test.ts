import { describe, expect, it } from "vitest";
import { TesseraError } from "#lib/core/errors.ts";
import { parseEnvironment } from "./env.ts";

describe("the configuration", () => {
  it("needs nothing: data below the checkout, limits as documented", () => {
    const env = parseEnvironment({}, "/srv/tessera");
    expect(env).toMatchObject({
      databaseUrl: undefined,
      dataDir: "/srv/tessera/.tessera",
      storageUrl: "file:/srv/tessera/.tessera/blobs",
      maxUploadBytes: 107_374_182_400,
      maxPixels: 20_000_000_000,
    });
  });

  it("moderates by thresholds that can be set, and that cannot switch it off", () => {
    expect(parseEnvironment({}, "/").moderationThresholds).toEqual({ explicit: 0.7, suggestive: 0.9 });
    const set = parseEnvironment({ TESSERA_MODERATION_EXPLICIT: "0.4", TESSERA_MODERATION_SUGGESTIVE: "1" }, "/");
    expect(set.moderationThresholds).toEqual({ explicit: 0.4, suggestive: 1 });
    for (const value of ["0", "1.01", "-1", "none", "Infinity"]) {
      expect(() => parseEnvironment({ TESSERA_MODERATION_EXPLICIT: value }, "/")).toThrow(
        "TESSERA_MODERATION_EXPLICIT",
      );
    }
  });

  it("takes an empty variable for an absent one", () => {
    expect(parseEnvironment({ DATABASE_URL: "", OPENAI_API_KEY: "" }, "/").keys.openai).toBeUndefined();
  });

  it("lists all mistakes at once, a line each, without repeating values", () => {
    const read = () =>
      parseEnvironment(
        { DATABASE_URL: "mysql://secret", TESSERA_MAX_PIXELS: "many", TESSERA_STORAGE_URL: "ftp:x" },
        "/",
      );
    expect(read).toThrow(TesseraError);
    try {
      read();
    } catch (error) {
      const lines = String(error instanceof Error && error.message).split("\n");
      expect(lines).toHaveLength(3);
      expect(lines.join()).not.toContain("secret");
      expect(lines[0]).toContain("DATABASE_URL");
    }
  });
});
