/** Reads one safetensors file and writes what it understood to another: `safetensors_copy.ts IN OUT`. */
import { decodeSafetensors, encodeSafetensors } from "@taxon/safetensors";

const [input, output] = Deno.args;
const { tensors, metadata } = decodeSafetensors(await Deno.readFile(input));
await Deno.writeFile(output, encodeSafetensors(tensors, metadata));
