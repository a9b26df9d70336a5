/** Runs once when Next starts: the engine first, then the workflow world, then dispatching. Nothing of it happens in a build. */
export async function register(): Promise<void> {
  if (process.env["NEXT_RUNTIME"] !== "nodejs" || process.env["TESSERA_SERVING"] !== "1") return;
  const { getWorld, setWorld } = await import("workflow/runtime");
  const world = await getWorld();
  // Before anything that holds workflows is loaded: it would open a second world beside this one, which nobody closes.
  setWorld(world);
  const { prepareEngine, startEngine, stopEngine } = await import("#lib/server/runs/engine.ts");
  const { keepingSignals, onShutdown } = await import("#lib/config/shutdown.ts");
  const { closeModels } = await import("#lib/server/models.ts");
  const { workflowStarters } = await import("#app/start-workflows.ts");
  await prepareEngine();
  await keepingSignals(async () => world.start?.());
  onShutdown("workflow world", async () => world.close?.());
  await startEngine(workflowStarters);
  onShutdown("models", closeModels);
  onShutdown("engine", stopEngine);
}
