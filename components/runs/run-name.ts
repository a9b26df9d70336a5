import type { Run } from "#lib/core/detection/run.ts";
import { formatInstant } from "../ui/format.ts";
import { presetTitle } from "./preset-title.ts";

/** What tells a run of a picture from its others: what it looked for, and when it began. */
export const runName = ({ configuration, createdAt }: Pick<Run, "configuration" | "createdAt">): string =>
  `${presetTitle(configuration)}, ${formatInstant(createdAt)}`;
