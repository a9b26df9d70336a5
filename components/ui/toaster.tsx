"use client";

import { Toast } from "@base-ui/react/toast";
import { CircleAlert, Info, TriangleAlert, X } from "lucide-react";
import { toastManager } from "./toasts.ts";

const ICONS = {
  error: <CircleAlert size={16} className="text-bad" aria-hidden />,
  warning: <TriangleAlert size={16} className="text-warn" aria-hidden />,
  info: <Info size={16} className="text-accent" aria-hidden />,
};

/** Shows notices at the foot of the page, read to screen readers as they come. */
export function Toaster() {
  return (
    <Toast.Provider toastManager={toastManager} limit={4}>
      <Toast.Portal>
        <Toast.Viewport className="fixed bottom-4 left-1/2 z-50 flex w-[26rem] max-w-[calc(100vw-2rem)] -translate-x-1/2 flex-col gap-2 outline-none">
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function ToastList() {
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      swipeDirection={["down", "right"]}
      className="rounded-lg border border-line bg-raised text-ink shadow-float transition-opacity data-ending-style:opacity-0 data-limited:hidden data-starting-style:opacity-0"
    >
      <Toast.Content className="flex items-start gap-2.5 px-3 py-2.5">
        <span className="mt-0.5">
          {toast.type === "error" || toast.type === "warning" ? ICONS[toast.type] : ICONS.info}
        </span>
        <div className="min-w-0 flex-1">
          <Toast.Title className="font-medium" />
          <Toast.Description className="text-muted" />
        </div>
        <Toast.Action className="rounded-md px-2 py-0.5 font-medium text-accent hover:bg-hover" />
        <Toast.Close aria-label="Dismiss" className="rounded-md p-1 text-muted hover:bg-hover">
          <X size={14} aria-hidden />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ));
}
