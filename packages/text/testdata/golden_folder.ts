/**
 * The folder `tokenizer/<name>` of recorded cases that are too large to be copied here, `undefined` if it is not
 * there. The variable TAXON_GOLDEN says where; by default beside the repository.
 */
export function goldenFolder(name: string): string | undefined {
  const root = Deno.env.get("TAXON_GOLDEN") ?? new URL("../../../../shared/golden", import.meta.url).pathname;
  const path = `${root}/tokenizer/${name}`;
  try {
    return Deno.statSync(path).isDirectory ? path : undefined;
  } catch {
    return undefined;
  }
}
