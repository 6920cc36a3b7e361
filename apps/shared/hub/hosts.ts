/**
 * Prints the hosts that downloading a model may reach, as `--allow-net` takes them: the Hub's, and those where Hugging
 * Face keeps the files, to which the Hub and its mirrors redirect.
 */
import { hubEndpoint } from "./settings.ts";

const given = Deno.env.get("HF_ENDPOINT") ?? "";
const endpoint = URL.parse(given)?.host ? given : undefined; // a wrong one is refused where a model is asked for
const { host } = new URL(hubEndpoint(endpoint));
console.log([host, "*.huggingface.co", "*.hf.co"].join(","));
