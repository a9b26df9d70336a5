"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import type { Image } from "#lib/core/detection/image.ts";
import { listImages } from "../api/images.ts";
import { canInspect, openInspector } from "../merging/inspector.ts";
import { presetTitle } from "../runs/preset-title.ts";
import { formatInstant } from "../ui/format.ts";
import { Palette, type PaletteEntry } from "../ui/palette.tsx";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { openSheet, perform, scopeOf } from "./actions.ts";
import { bindingsOf, keySign } from "./keys.ts";

/** Everything that can be done or gone to from the picture, by name. */
export function CommandPalette() {
  const { workspace, review, mode, sync } = useWorkspace();
  const router = useRouter();
  const { runs, runId, pages } = useWorkspaceState((state) => ({
    runs: state.runs,
    runId: state.runId,
    pages: state.image.pages,
  }));
  const images = useImages();
  const close = (): void => openSheet(workspace, null);

  const scope = scopeOf(workspace);
  const commands = bindingsOf(scope)
    .filter(({ command }) => !["palette", "class", "pan", "nudge"].includes(command.do))
    .map(
      ({ what, keys, group, command }): PaletteEntry => ({
        name: what,
        group,
        keys: keySign(keys[0] ?? ""),
        run: () => {
          close();
          if (!mode.perform(command)) perform(command, workspace, review);
        },
      }),
    );
  const sheets = (
    [
      ["Start an analysis", "new-run"],
      ["Export findings", "export"],
      ["Import findings", "import"],
      ["Say the picture's scale", "scale"],
    ] as const
  ).map(([name, sheet]): PaletteEntry => ({ name, group: "Picture", run: () => openSheet(workspace, sheet) }));
  const inspect: PaletteEntry = {
    name: "See how what the tiles said was merged",
    group: "Picture",
    run: () => {
      close();
      openInspector(workspace);
    },
  };
  const go = (name: string, path: string, group: string): PaletteEntry => ({
    name,
    group,
    run: () => router.push(path),
  });
  const entries: PaletteEntry[] = [
    ...commands,
    ...sheets,
    ...(canInspect(runs.find((run) => run.id === runId) ?? null) ? [inspect] : []),
    ...runs.map((run): PaletteEntry => {
      const name = `Show the run of ${formatInstant(run.createdAt)}: ${presetTitle(run.configuration)}, ${run.state}`;
      return {
        name,
        group: "Runs",
        run: () => {
          close();
          sync.showRun(run.id);
        },
      };
    }),
    ...(runId
      ? [
          go("Operations of the run that is shown", `/runs/${runId}`, "Runs"),
          go("Report of the run that is shown", `/runs/${runId}/report`, "Runs"),
          go("Evaluation of the run that is shown", `/runs/${runId}/evaluation`, "Runs"),
        ]
      : []),
    ...Array.from({ length: pages > 1 ? pages : 0 }, (_, page): PaletteEntry => {
      return { name: `Page ${page + 1}`, group: "Pages", run: () => workspace.openPage(page) };
    }),
    go("Library", "/", "Go to"),
    go("All runs", "/runs", "Go to"),
    ...images.map((image) => go(image.name, `/images/${image.id}`, "Pictures")),
  ];
  return <Palette entries={entries} />;
}

function useImages(): readonly Image[] {
  const [images, setImages] = useState<readonly Image[]>([]);
  useEffect(() => {
    const controller = new AbortController();
    listImages({ signal: controller.signal }).then(
      (page) => setImages(page.items),
      () => undefined,
    );
    return () => controller.abort();
  }, []);
  return images;
}
