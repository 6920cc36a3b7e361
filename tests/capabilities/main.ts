/** Writes docs/backends.md: `deno task matrix`. */
import cpu from "@taxon/backend-cpu";
import ffi from "@taxon/backend-ffi";
import webgpu from "@taxon/backend-webgpu";
import { measure, type Measured } from "./measure.ts";
import { renderMatrix } from "./render.ts";

const backends: Measured[] = [];
for (const provider of [cpu, ffi, webgpu]) {
  console.error(`measuring ${provider.name}`);
  const measured = await measure(provider);
  const failed = measured.results.filter(({ status }) => status === "failed");
  if (failed.length > 0) {
    const [{ name, reason }] = failed;
    console.error(
      `Cannot write the matrix: ${failed.length} cases fail on ${provider.name}, e.g. ${name}: ${reason}`,
    );
    Deno.exit(1);
  }
  backends.push(measured);
}
await Deno.writeTextFile(new URL("../../docs/backends.md", import.meta.url), renderMatrix(backends));
