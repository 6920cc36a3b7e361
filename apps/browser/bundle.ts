/** Chooses a backend where a folder is opened without one, which a page cannot do. */
const NEVER_LOADED = "@taxon/backend-auto";

/**
 * The script of a module and all that it imports, for a browser; its names stay its own.
 *
 * @throws {Error} If it cannot be bundled.
 */
export async function bundle(entryPoint: URL): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["bundle", "--quiet", "--platform", "browser", "--format", "iife", "--minify"],
      ...[`--external=${NEVER_LOADED}`, entryPoint.href],
    ],
  }).output();
  if (!success) throw new Error(`Cannot bundle ${entryPoint.href}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout).trim();
}
