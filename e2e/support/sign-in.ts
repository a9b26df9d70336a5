import type { BrowserContext, Page } from "@playwright/test";
import type { RunningServer } from "./server.ts";

const sessions = new WeakMap<RunningServer, Awaited<ReturnType<BrowserContext["cookies"]>>>();

/** Signs a page in as the owner. The link that a server prints opens once: later pages take the session of the first. */
export async function signIn(page: Page, server: RunningServer): Promise<void> {
  const session = sessions.get(server);
  if (session) await page.context().addCookies(session);
  else {
    await page.goto(server.signInLink);
    sessions.set(server, await page.context().cookies());
  }
}
