"use client";

import { Share2 } from "lucide-react";
import { useState } from "react";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { type Shareable, ShareForm } from "./share-form.tsx";

/** Opens the dialog in which links are made and ended. `shareable` is asked for when it opens. */
export function ShareButton({ shareable, disabled = false }: { shareable: () => Shareable; disabled?: boolean }) {
  const [opened, setOpened] = useState<Shareable | null>(null);
  return (
    <>
      <Button disabled={disabled} icon={<Share2 size={15} aria-hidden />} onClick={() => setOpened(shareable())}>
        <span className="max-[767px]:sr-only">Share</span>
      </Button>
      <Dialog open={opened !== null} onClose={() => setOpened(null)} title="Share by a link">
        {opened && <ShareForm shareable={opened} />}
      </Dialog>
    </>
  );
}
