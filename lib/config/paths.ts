/** Root of the checkout: where `package.json` stands. Bundled code cannot tell it from its own path. */
export function projectRoot(): string {
  return process.env["TESSERA_ROOT"] ?? process.cwd();
}
