import { sentence } from "../api/http.ts";
import { notify } from "./toasts.ts";

/** Does what a button asks for; where it fails, says so under `title`. */
export async function tryTo(title: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    notify({ tone: "error", title, text: sentence(error) });
  }
}
