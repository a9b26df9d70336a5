"use client";

import { Dialog } from "../ui/dialog.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { useFindingView } from "../workspace/use-finding-view.ts";
import { openSheet } from "./actions.ts";
import { ClassPicker } from "./class-picker.tsx";
import { KEY_SHEET } from "./keys.ts";

/** The small dialogs of review: the class of a finding, the class of a drawn box, the keys. */
export function Sheets() {
  const { workspace, review } = useWorkspace();
  const { sheet, selectedId, draft } = useWorkspaceState((state) => ({
    sheet: state.sheet,
    selectedId: state.selectedId,
    draft: state.draft,
  }));
  const { classes } = useFindingView();
  const close = (): void => openSheet(workspace, null);
  const current = selectedId === null ? null : workspace.table.find(selectedId);
  return (
    <>
      <Dialog open={sheet === "relabel" && current !== null} onClose={close} title="Relabel">
        <ClassPicker
          classes={classes}
          current={current?.label ?? null}
          onPick={(label) => {
            if (selectedId) review.relabel(selectedId, label);
            close();
          }}
        />
      </Dialog>
      <Dialog open={sheet === "label-draft"} onClose={close} title="What is this?">
        <ClassPicker
          classes={classes}
          current={null}
          onPick={(label) => {
            const drawn = draft ? review.draw(draft, label) : null;
            workspace.state.update((state) => ({
              ...state,
              sheet: null,
              tool: "move",
              draft: null,
              selectedId: drawn ?? state.selectedId,
            }));
          }}
        />
      </Dialog>
      <Dialog open={sheet === "keys"} onClose={close} title="Keys" reading>
        <div className="flex flex-col gap-5">
          {KEY_SHEET.map((group) => (
            <section key={group.title}>
              <h3 className="mb-1.5 font-semibold">{group.title}</h3>
              <dl className="grid grid-cols-[6.5rem_1fr] gap-y-1.5">
                {group.keys.map(([keys, what]) => (
                  <div key={keys} className="contents">
                    <dt className="flex flex-wrap gap-1">
                      {keys.split(" ").map((each) => (
                        <Kbd key={each} keys={each} />
                      ))}
                    </dt>
                    <dd>{what}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </Dialog>
    </>
  );
}
