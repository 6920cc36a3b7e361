import { exists } from "./golden_folder.ts";
import type { ParityCase } from "./parity_case.ts";

/** The checkpoints that `hf/index.json` lists. */
export function huggingFaceCases(golden: URL): ParityCase[] {
  const index = new URL("hf/index.json", golden);
  if (!exists(index)) return [];
  const cases = JSON.parse(Deno.readTextFileSync(index)) as { case: string }[];
  return cases.map(({ case: name }) => ({ name: `hf/${name}`, skip: reason(name) }));
}

function reason(name: string): string {
  return name === "minilm" && !Deno.env.get("TAXON_MINILM")
    ? "TAXON_MINILM does not name the folder with its weights"
    : "this version reads no Hugging Face checkpoints";
}
