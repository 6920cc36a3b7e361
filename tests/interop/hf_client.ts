/**
 * Classifies through the npm client of Hugging Face, as its users do:
 * `deno run --no-lock --allow-net --allow-env tests/interop/hf_client.ts BASE_URL`.
 * Prints what came back; exits with 1 when it is not what the client documents.
 */
import { assert, assertEquals, assertRejects } from "@std/assert";

interface Client {
  textClassification(request: {
    endpointUrl: string;
    inputs: string;
    parameters?: { top_k?: number; function_to_apply?: "softmax" | "sigmoid" | "none" };
  }): Promise<{ label: string; score: number }[]>;
}

const clientPackage = "npm:@huggingface/inference@4.13.30"; // fetched by this script only: no dependency of the project
const { textClassification }: Client = await import(clientPackage);

const [endpointUrl] = Deno.args;
if (!endpointUrl) {
  console.error("usage: hf_client.ts BASE_URL");
  Deno.exit(2);
}
const inputs = "The invoice of March is wrong, please send a new one";

const everything = await textClassification({ endpointUrl, inputs });
console.log(everything);
const scores = everything.map(({ score }) => score);
assert(scores.length >= 2, "all labels are expected, not only the best");
assertEquals(scores, scores.toSorted((a, b) => b - a), "highest score first");
assert(Math.abs(scores.reduce((a, b) => a + b) - 1) < 1e-5, "softmax scores sum to 1");

const best = await textClassification({ endpointUrl, inputs, parameters: { top_k: 1 } });
assertEquals(best, everything.slice(0, 1));

const logits = await textClassification({ endpointUrl, inputs, parameters: { function_to_apply: "none" } });
assertEquals(logits.map(({ label }) => label), everything.map(({ label }) => label));

const wrong = () => textClassification({ endpointUrl, inputs, parameters: { top_k: -1 } });
await assertRejects(wrong, Error, "top_k"); // the message of the server reaches the user
