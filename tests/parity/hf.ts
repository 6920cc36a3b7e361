import { type Backend, useBackend } from "@taxon/tensor";
import { Checker, type WorstErrors } from "./checker.ts";
import { GoldenCase } from "./golden_case.ts";
import { exists } from "./golden_folder.ts";
import { checkpoint } from "./hf/checkpoint.ts";
import { endToEnd } from "./hf/end_to_end.ts";
import { miniLm } from "./hf/minilm.ts";
import type { ParityCase } from "./parity_case.ts";
import { toleranceOf } from "./tolerance.ts";

/** The checkpoints that `hf/index.json` lists, and the texts beside them. */
export function huggingFaceCases(golden: URL): ParityCase[] {
  const index = new URL("hf/index.json", golden);
  if (!exists(index)) return [];
  const listed = JSON.parse(Deno.readTextFileSync(index)) as { case: string }[];
  const names = new Set(listed.map(({ case: name }) => name));
  if (exists(new URL("hf/bert_e2e/texts.json", golden))) names.add("bert_e2e");
  return [...names].map((name): ParityCase => {
    const skip = name === "minilm" && !Deno.env.get("TAXON_MINILM");
    return {
      name: `hf/${name}`,
      ...(skip
        ? { skip: "TAXON_MINILM does not name the folder with its weights" }
        : { run: (backend) => run(name, new URL(`${name}/`, index), backend) }),
    };
  });
}

async function run(name: string, folder: URL, backend: Backend): Promise<WorstErrors | void> {
  useBackend(backend);
  const tolerance = toleranceOf(backend.name);
  if (name === "bert_e2e") return await endToEnd(folder, tolerance);
  using golden = new GoldenCase(await Deno.readFile(new URL("golden.safetensors", folder)), backend);
  const check = new Checker(golden, tolerance);
  if (name === "minilm") await miniLm(Deno.env.get("TAXON_MINILM")!, folder, golden, check);
  else await checkpoint(folder, golden, check);
  check.finish();
  return check.worst;
}
