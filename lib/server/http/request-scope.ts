import { AsyncLocalStorage } from "node:async_hooks";
import { processWide } from "#lib/process-wide.ts";

/** What is known of the request that is being answered. `actor`: who asks, once that is known. */
export type RequestScope = { id: string; actor?: string };

function scopes(): AsyncLocalStorage<RequestScope> {
  return processWide("request-scope", () => new AsyncLocalStorage<RequestScope>());
}

/** Does something in the course of a request: whatever it logs, at any depth, carries the request's id. */
export function inRequest<T>(scope: RequestScope, work: () => T): T {
  return scopes().run(scope, work);
}

/** Notes who sends the request that is being answered. */
export function noteActor(actor: string): void {
  const scope = scopes().getStore();
  if (scope) scope.actor = actor;
}

/** The request that is being answered, as the log tells it; nothing outside of one. */
export function requestFields(): { request?: string; actor?: string } {
  const scope = scopes().getStore();
  if (!scope) return {};
  return scope.actor === undefined ? { request: scope.id } : { request: scope.id, actor: scope.actor };
}
