import { Command, InvalidArgumentError } from "commander";
import { type ModelLimit, modelLimitParamsSchema, modelLimitSchema, type NamedModelLimit } from "#lib/core/api/runs.ts";
import { CLI } from "#lib/server/access/principal.ts";
import { readModelLimit, readModelLimits, setModelLimit } from "#lib/server/limits/model-limits.ts";
import { withInstallation } from "./installation.ts";
import { number, parseWith } from "./options.ts";

/** A number, or `none` to lift the limit or forget the price. */
function numberOrNone(text: string): number | "none" {
  if (text === "none") return "none";
  try {
    return number(text);
  } catch {
    throw new InvalidArgumentError('a number, or "none"');
  }
}

function line(limit: NamedModelLimit): string {
  const { concurrency, requestsPerMinute, tokensPerMinute, inputPrice, outputPrice } = limit;
  const parts = [
    concurrency === null ? [] : `${concurrency} at once`,
    requestsPerMinute === null ? [] : `${requestsPerMinute} requests a minute`,
    tokensPerMinute === null ? [] : `${tokensPerMinute} tokens a minute`,
    inputPrice === null ? [] : `${inputPrice} US$ a million tokens in`,
    outputPrice === null ? [] : `${outputPrice} US$ a million tokens out`,
  ].flat();
  return `${limit.model}  ${parts.join(", ") || "no limits, no prices"}\n`;
}

type Change = Partial<Record<keyof ModelLimit, number | "none">>;
type Options = Change & { json?: true };

/** Shows the limits of a model, after changing those that are given; the others stay. */
async function oneModel(name: string, { json, ...options }: Options): Promise<void> {
  const change = Object.fromEntries(
    Object.entries(options).map(([key, value]) => [key, value === "none" ? null : value]),
  );
  const { model } = parseWith(modelLimitParamsSchema, { model: name });
  const { model: _model, ...current } = await readModelLimit(model);
  const limit =
    Object.keys(change).length === 0
      ? { model, ...current }
      : await setModelLimit(model, parseWith(modelLimitSchema, { ...current, ...change }), CLI);
  process.stdout.write(json ? `${JSON.stringify(limit)}\n` : line(limit));
}

/** `tessera limits`: what models may be asked to do over all runs and processes, and what they cost. */
export const limitsCommand = new Command("limits")
  .description("list limits and prices of models, or set those of one; runs follow within a second")
  .argument("[model]", "provider:model")
  .option("--concurrency <n>", 'calls in flight at most; "none" lifts it', numberOrNone)
  .option("--requests-per-minute <n>", 'calls a minute at most; "none" lifts it', numberOrNone)
  .option("--tokens-per-minute <n>", 'tokens a minute at most; "none" lifts it', numberOrNone)
  .option("--input-price <dollars>", 'US$ a million tokens in; "none" forgets it', numberOrNone)
  .option("--output-price <dollars>", 'US$ a million tokens out; "none" forgets it', numberOrNone)
  .option("--json", "print JSON")
  .action(async (model: string | undefined, options: Options, command: Command) => {
    const { json, ...change } = options;
    if (model === undefined && Object.keys(change).length > 0) command.error("error: name a model to limit");
    await withInstallation(async () => {
      if (model !== undefined) return oneModel(model, options);
      const all = await readModelLimits();
      const text = all.length === 0 ? "no model has limits or prices\n" : all.map(line).join("");
      process.stdout.write(json ? `${JSON.stringify(all)}\n` : text);
    });
  });
