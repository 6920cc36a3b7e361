/**
 * Runs the checks that need no more than a Python with the libraries that read our files, which TAXON_PYTHON names:
 * `pip install tensorboard safetensors numpy tokenizers==0.23.3 huggingface_hub transformers torch onnx onnxruntime`.
 * The last line is `N passed, N failed`.
 */
const checks = [
  "csv_check.py",
  "safetensors_check.py",
  "tensorboard_check.py",
  "tokenizers_fuzz.py",
  "hub_cache_check.py",
  "transformers_check.py",
  "onnx_check.py",
  "onnx_ngrams_check.py",
];

const python = Deno.env.get("TAXON_PYTHON");
if (python === undefined) {
  console.error(
    "Cannot check without Python: name one that has the libraries at the top of tests/interop/run.ts, as in\n" +
      "  TAXON_PYTHON=.venv/bin/python deno task test:interop",
  );
  Deno.exit(2);
}

let failed = 0;
for (const check of checks) {
  console.log(`\n== ${check}`);
  const script = new URL(check, import.meta.url).pathname;
  const { success } = await new Deno.Command(python, { args: [script], stdout: "inherit", stderr: "inherit" })
    .spawn().status;
  if (!success) failed++;
}
console.log(`\n${checks.length - failed} passed, ${failed} failed`);
Deno.exit(failed > 0 ? 1 : 0);
