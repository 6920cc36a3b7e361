import type { Backend } from "@taxon/tensor";
import { useBackend } from "@taxon/tensor";
import { Checker, type WorstErrors } from "./checker.ts";
import { kinds } from "./core/kinds.ts";
import { GoldenCase } from "./golden_case.ts";
import { exists, foldersIn } from "./golden_folder.ts";
import type { ParityCase } from "./parity_case.ts";
import { root } from "../support/repository.ts";
import { toleranceOf } from "./tolerance.ts";

/** The files that each `index.json` in a folder `core…` lists. */
export function coreCases(golden: URL): ParityCase[] {
  return foldersIn(golden).filter((folder) => folder.startsWith("core"))
    .flatMap((folder) => casesIn(folder, golden));
}

/** What `tests/interop/record_torch_layers.py` recorded, which no other folder holds. */
export function torchLayerCases(): ParityCase[] {
  return casesIn("torch_layers", new URL("tests/golden/", root));
}

function casesIn(folder: string, golden: URL): ParityCase[] {
  const index = new URL(`${folder}/index.json`, golden);
  if (!exists(index)) return [];
  const { files } = JSON.parse(Deno.readTextFileSync(index)) as { files: { file: string }[] };
  return files.map(({ file }): ParityCase => {
    const stem = file.replace(/\.safetensors$/, "");
    const name = `${folder}/${stem}`;
    return { name, run: (backend) => run(new URL(file, index), stem, backend) };
  });
}

async function run(file: URL, stem: string, backend: Backend): Promise<WorstErrors> {
  const kind = kinds.find(([start]) => stem.startsWith(start));
  if (kind === undefined) {
    throw new TypeError(
      `Cannot run ${stem}: no kind of case begins so; known are ${kinds.map(([start]) => start).join(", ")}`,
    );
  }
  useBackend(backend);
  using golden = new GoldenCase(await Deno.readFile(file), backend);
  const check = new Checker(golden, toleranceOf(backend.name));
  await kind[1](golden, check);
  check.finish();
  return check.worst;
}
