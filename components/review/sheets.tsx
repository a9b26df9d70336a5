"use client";

import { labelWaiting } from "../annotate/annotator.ts";
import { decideOnPicked } from "../pick/decide-on-picked.ts";
import { Dialog } from "../ui/dialog.tsx";
import { plural } from "../ui/format.ts";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { useFindingView } from "../workspace/use-finding-view.ts";
import { AcceptMany } from "./accept-many.tsx";
import { openSheet } from "./actions.ts";
import { ClassPicker } from "./class-picker.tsx";
import { CommandPalette } from "./command-palette.tsx";
import { CommentSheet } from "./comment-sheet.tsx";
import { ConflictSheet } from "./conflict-sheet.tsx";
import { KeySheet } from "./key-sheet.tsx";

/** The small dialogs of review: classes, comments, keys, commands, what somebody else changed first. */
export function Sheets() {
  const { workspace, review, mode } = useWorkspace();
  const { sheet, selectedId, conflicts, reviewing, picked } = useWorkspaceState((state) => ({
    sheet: state.sheet,
    selectedId: state.selectedId,
    conflicts: state.conflicts,
    reviewing: state.reviewing,
    picked: state.picked,
  }));
  const { classes } = useFindingView();
  const close = (): void => openSheet(workspace, null);
  const current = selectedId === null ? null : workspace.table.find(selectedId);
  const [conflict, ...others] = conflicts;
  return (
    <>
      <Dialog
        open={sheet === "relabel" && current !== null}
        onClose={close}
        title={picked.size > 0 ? `Relabel ${plural(picked.size, "finding")}` : "Relabel"}
      >
        <ClassPicker
          classes={classes}
          current={picked.size > 0 ? null : (current?.label ?? null)}
          onPick={(label) => {
            close();
            if (decideOnPicked(workspace, review, { label })) return;
            if (reviewing) mode.decide({ label, review: "accepted" });
            else if (selectedId) review.relabel(selectedId, label);
          }}
        />
      </Dialog>
      <Dialog open={sheet === "label-draft"} onClose={close} title="What is this?">
        <ClassPicker classes={classes} current={null} onPick={(label) => labelWaiting(workspace, review, label)} />
      </Dialog>
      <Dialog
        open={sheet === "comment" && current !== null}
        onClose={close}
        title={`Comment on this ${current?.label}`}
      >
        <CommentSheet
          onSend={(text) => {
            if (selectedId) review.comment(selectedId, text);
            close();
          }}
        />
      </Dialog>
      <Dialog open={sheet === "accept-many"} onClose={close} title="Accept all above a confidence">
        <AcceptMany />
      </Dialog>
      <Dialog open={sheet === "conflict" && conflict !== undefined} onClose={close} title="Somebody else was first">
        {conflict && <ConflictSheet key={conflict.write.writeId} conflict={conflict} more={others.length} />}
      </Dialog>
      <Dialog open={sheet === "keys"} onClose={close} title="Keys" reading>
        <KeySheet />
      </Dialog>
      <Dialog open={sheet === "palette"} onClose={close} title="Find a command, a run, a picture">
        <CommandPalette />
      </Dialog>
    </>
  );
}
