import { z } from "zod";
import type { Scene } from "#lib/core/detection/run.ts";
import { ask } from "../ask.ts";
import { openModel } from "../hosted/open-model.ts";
import { SYNTHESIS_INSTRUCTIONS, SYNTHESIS_PROMPT_VERSION } from "../prompts/synthesis.ts";
import type { ProviderSettings } from "../settings.ts";
import type { SceneFacts, SynthesisModel } from "../types.ts";
import { type Citable, checkSentences, wrongClaim } from "./check.ts";
import { CITATIONS, describeScene, sceneTitle } from "./describe.ts";
import { factSheet, REGION_NAMES, regionOf } from "./fact-sheet.ts";
import { LOCAL_SYNTHESIS } from "./local.ts";

/** Findings that the model gets to see one by one; the sheet counts all. */
const SAMPLE = 200;

const sceneReplySchema = z.object({
  title: z.string().trim().min(1).max(300),
  sentences: z
    .array(
      z.object({
        text: z.string().trim().min(1).max(1000),
        findings: z.array(z.string()),
        tiles: z.array(z.number().int().nonnegative()),
      }),
    )
    .max(40),
});

/**
 * A hosted model that writes the scene from the facts. What it writes is checked against them and cut where they do not bear it out;
 * where nothing is left, the fixed words stand, and the scene's `model` says so. What was cut is told with why. Throws `run-fatal` where it cannot be opened.
 */
export function hostedSynthesisModel(id: string, settings: ProviderSettings): SynthesisModel {
  const model = openModel(id, settings);
  return {
    id,
    async describe(facts, signal) {
      const sheet = factSheet(facts);
      const sample = facts.findings.toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1)).slice(0, SAMPLE);
      const { value, exchange, usage } = await ask({
        model,
        id,
        role: "synthesis",
        wording: `synthesis/${SYNTHESIS_PROMPT_VERSION}`,
        instructions: SYNTHESIS_INSTRUCTIONS,
        content: [{ type: "text", text: factsAsJson(facts, sheet, sample) }],
        schema: sceneReplySchema,
        price: settings.prices?.[id],
        signal,
      });
      const idOf = new Map(sample.map((finding, index) => [`F${index + 1}`, finding.id]));
      const sentences = value.sentences.map(({ text, findings, tiles }) => ({
        text: withoutRefs(text),
        findings: findings.slice(0, CITATIONS).map((ref) => idOf.get(ref) ?? ref),
        tiles: tiles.slice(0, CITATIONS),
      }));
      const scores = sample.map(({ score }) => score);
      const citable = { findings: citableOf(sample, facts), tiles: facts.tiles.total, scores };
      const { kept, cut } = checkSentences(sentences, sheet, citable);
      const titleWhy = wrongClaim(value.title, sheet, scores);
      const isBorneOut = kept.length > 0;
      const title = isBorneOut && titleWhy === null ? value.title : sceneTitle(sheet);
      const scene: Scene = isBorneOut
        ? { model: id, title, sentences: kept }
        : describeScene(facts, `${LOCAL_SYNTHESIS}, as the facts bear out nothing that ${id} wrote`);
      const cutTitle = titleWhy === null ? [] : [{ text: value.title, why: titleWhy }];
      return { scene, usage, exchange, cut: [...cutTitle, ...cut] };
    },
  };
}

function citableOf(sample: SceneFacts["findings"], facts: SceneFacts): Citable["findings"] {
  return new Map(
    sample.map((finding) => {
      const region = REGION_NAMES[regionOf(finding, facts)] ?? null;
      return [finding.id, { label: finding.label, region }] as const;
    }),
  );
}

function factsAsJson(facts: SceneFacts, sheet: ReturnType<typeof factSheet>, sample: SceneFacts["findings"]): string {
  return JSON.stringify({
    ...sheet,
    failedTiles: facts.tiles.failedIndexes.slice(0, CITATIONS),
    findings: sample.map(({ label, score, box }, index) => ({
      ref: `F${index + 1}`,
      label,
      score: Number(score.toFixed(2)),
      box: box.map(Math.round),
    })),
  });
}

/** Refs that a model wrote into its text all the same mean nothing to a reader. */
function withoutRefs(text: string): string {
  return text.replace(/\s*[([]\s*F\d+(?:\s*(?:,|and|-|–)\s*F\d+)*\s*[)\]]/g, "");
}
