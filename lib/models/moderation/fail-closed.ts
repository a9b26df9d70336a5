import { messageOf } from "#lib/core/errors.ts";
import type { ModerationModel, ModerationVerdict, TilePicture } from "../types.ts";

type Judge = (picture: TilePicture, signal: AbortSignal) => Promise<Omit<ModerationVerdict, "model">>;

/** A moderation model of a judge that may throw: whatever goes wrong is a block that says why. */
export function failClosed(id: string, judge: Judge): ModerationModel {
  return {
    id,
    async judge(picture, signal) {
      try {
        return { ...(await judge(picture, signal)), model: id };
      } catch (error) {
        return {
          verdict: "block",
          scores: {},
          model: id,
          reason: `moderation could not judge it: ${messageOf(error)}`,
        };
      }
    },
  };
}
