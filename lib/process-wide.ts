/**
 * One value a process, whatever copies of a module the bundler made: Next bundles instrumentation, routes and the workflow's
 * endpoints apart, and each copy of a module has its own module-level state.
 */
export function processWide<T>(name: string, make: () => T): T {
  const key = Symbol.for(`tessera.${name}`);
  const holder = globalThis as { [key: symbol]: unknown };
  if (!(key in holder)) holder[key] = make();
  return holder[key] as T;
}
