/** Runs once when Next starts: the engine first, then the workflow world, then dispatching. Nothing of it happens in a build. */
export async function register(): Promise<void> {
  if (process.env["NEXT_RUNTIME"] !== "nodejs" || process.env["TESSERA_SERVING"] !== "1") return;
  const { workStarted } = await import("#lib/config/start-up.ts");
  try {
    await startWork();
    workStarted().resolve();
  } catch (error) {
    workStarted().reject(error);
    throw error;
  }
}

async function startWork(): Promise<void> {
  const { prepareEngine, startEngine, stopEngine } = await import("#lib/server/runs/engine.ts");
  const { keepingSignals, onShutdown } = await import("#lib/config/shutdown.ts");
  const { closeModels } = await import("#lib/server/models.ts");
  const { workflowStarters } = await import("#app/start-workflows.ts");
  const { getWorld } = await import("workflow/runtime");
  await prepareEngine();
  const world = await getWorld();
  onShutdown("world of the workflow endpoints", closeEndpointsWorld);
  onShutdown("workflow world", async () => world.close?.());
  await keepingSignals(async () => world.start?.());
  onShutdown("models", closeModels);
  onShutdown("engine", stopEngine);
  await startEngine(workflowStarters);
}

/** The SDK's endpoints open a world of their own as they are loaded, with a session of the database that the SDK never closes. */
async function closeEndpointsWorld(): Promise<void> {
  const world: unknown = Reflect.get(globalThis, Symbol.for("@workflow/world//stubbedCache"));
  if (typeof world !== "object" || world === null || !("close" in world) || typeof world.close !== "function") return;
  await world.close();
}
