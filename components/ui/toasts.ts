import { Toast } from "@base-ui/react/toast";

export type Notice = {
  tone: "info" | "warning" | "error";
  title: string;
  text: string;
  action?: { name: string; run: () => void };
};

/** The one place that notices are sent to; the shell shows them. */
export const toastManager = Toast.createToastManager();

/** Shows a notice for a while; an error stays until it is dismissed. */
export function notify(notice: Notice): void {
  toastManager.add({
    title: notice.title,
    description: notice.text,
    type: notice.tone,
    timeout: notice.tone === "error" ? 0 : 6000,
    priority: notice.tone === "error" ? "high" : "low",
    ...(notice.action && { actionProps: { children: notice.action.name, onClick: notice.action.run } }),
  });
}
