import { readdir } from "node:fs/promises";
import path from "node:path";
import { readOverview } from "#lib/imaging/overview.ts";
import { probeImage } from "#lib/imaging/probe.ts";
import { moderationModel } from "#lib/models/registry.ts";
import { MODERATED_SIDE, moderationLooks } from "#lib/server/ingest/moderation-looks.ts";
import { SETTINGS } from "./open-page.ts";

/** A page and how explicit and how suggestive moderation takes it to be, 0 to 1. */
type Judged = { file: string; page: number; isBlocked: boolean; explicit: number; suggestive: number };
/** The verdicts on a folder of pictures; `unreadable` files end ingest before moderation sees them. */
export type FolderVerdicts = { folder: string; files: number; unreadable: number; judged: Judged[] };

/** Has every page of every picture below a folder judged as ingest does: folder by folder of its first level. */
export async function* judgeFolders(data: string): AsyncGenerator<FolderVerdicts> {
  const entries = await readdir(data, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(data, path.join(entry.parentPath, entry.name)))
    .filter((file) => file.includes(path.sep) && !/\.(json|xml|csv|txt|md)$/.test(file) && !file.includes(".gt."));
  for (const [folder, own] of [...Map.groupBy(files.sort(), (file) => file.split(path.sep)[0] ?? "")]) {
    const verdicts: FolderVerdicts = { folder, files: own.length, unreadable: 0, judged: [] };
    for (const file of own) {
      const judged = await judgePages(path.join(data, file)).catch(() => null);
      if (judged) verdicts.judged.push(...judged.map((each) => ({ ...each, file })));
      else verdicts.unreadable++;
    }
    yield verdicts;
  }
}

/** Throws where the file cannot be read. */
async function judgePages(file: string): Promise<Omit<Judged, "file">[]> {
  const model = moderationModel("local:nsfw", SETTINGS);
  const probe = await probeImage(file, { maxPixels: 2e9, pdfDpi: 150 });
  const judged: Omit<Judged, "file">[] = [];
  for (const page of probe.pages.keys()) {
    const most = { page, isBlocked: false, explicit: 0, suggestive: 0 };
    for (const look of await moderationLooks(await readOverview(file, probe, { maxSide: MODERATED_SIDE, page }))) {
      const { verdict, scores } = await model.judge(look, AbortSignal.timeout(120_000));
      most.isBlocked ||= verdict === "block";
      most.explicit = Math.max(most.explicit, (scores["Porn"] ?? 1) + (scores["Hentai"] ?? 1));
      most.suggestive = Math.max(most.suggestive, scores["Sexy"] ?? 1);
    }
    judged.push(most);
  }
  return judged;
}
