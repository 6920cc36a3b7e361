import { assert, assertEquals } from "@std/assert";
import type { Backend, BackendProvider } from "@taxon/tensor";
import { missingBackends, presentBackends } from "../support/backends.ts";
import { coreCases, torchLayerCases } from "./core.ts";
import { goldenFolder } from "./golden_folder.ts";
import { huggingFaceCases } from "./hf.ts";
import type { WorstErrors } from "./checker.ts";
import type { ParityCase } from "./parity_case.ts";
import { tokenizerCases } from "./tokenizer.ts";
import { showWorstErrors } from "./worst_errors.ts";

const golden = goldenFolder();
const listed = [...coreCases(golden.url), ...huggingFaceCases(golden.url), ...tokenizerCases(golden.url)];
const cases = [...listed, ...torchLayerCases()];
const providers = await presentBackends();
const ran = new Set<string>();
const errors = new Map<string, Map<string, WorstErrors>>();
const expected: string[] = [];
const created = new Map<BackendProvider, Promise<Backend>>();

function createOnce(provider: BackendProvider): Promise<Backend> {
  const backend = created.get(provider) ?? provider.create();
  created.set(provider, backend);
  return backend;
}

function register(name: string, { name: file, run }: ParityCase, provider: BackendProvider): void {
  if (run) expected.push(name);
  Deno.test({
    name,
    ignore: run === undefined,
    sanitizeOps: false, // the threads of a backend outlive the test that starts them
    sanitizeResources: false,
    fn: async () => {
      ran.add(name);
      const backend = await createOnce(provider);
      const before = backend.memory().buffers;
      const worst = await run!(backend);
      if (worst) errors.set(file, (errors.get(file) ?? new Map()).set(provider.name, worst));
      assertEquals(backend.memory().buffers, before, "buffers live after the case that did not before");
    },
  });
}

for (const one of cases) {
  if (one.hostOnly) register(`${one.name} on cpu`, one, providers[0]);
  else for (const provider of providers) register(`${one.name} on ${provider.name}`, one, provider);
}

if (golden.url.pathname.endsWith("/tests/golden/") && !golden.requested) {
  console.log("parity: no TAXON_GOLDEN and no ../shared/golden, so the selection in tests/golden is checked");
}
for (const [reason, skipped] of Map.groupBy(cases.filter(({ skip }) => skip), ({ skip }) => skip)) {
  console.log(`parity: ${reason}, so not run: ${skipped.map(({ name }) => name).join(", ")}`);
}

Deno.test("the golden folder lists cases", () => {
  assert(
    listed.length > 0,
    `${golden.url.pathname} holds neither core*/index.json, hf/index.json nor tokenizer/*/golden.jsonl`,
  );
});

Deno.test("every backend that TAXON_REQUIRE_BACKENDS names is present", async () => {
  assertEquals(await missingBackends(), []);
});

Deno.test({
  name: "every case that the folder of TAXON_GOLDEN or TAXON_SHARED lists was run",
  ignore: !golden.requested,
  fn: () => assertEquals(expected.filter((name) => !ran.has(name)), []),
});

Deno.test.afterAll(async () => {
  console.log(showWorstErrors(errors));
  for (const backend of created.values()) (await backend)[Symbol.dispose]();
});
