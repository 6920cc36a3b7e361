import type { z } from "@hono/zod-openapi";
import type { TextInput } from "./classifier.ts";
import type { HfInputs, TeiInputs } from "./schemas.ts";

/** The texts of a request, and whether they came as a batch. */
export interface Inputs {
  readonly texts: TextInput[];
  readonly batch: boolean;
}

type One = string | { text: string; text_pair?: string | null } | [string] | [string, string];

function toText(input: One): TextInput {
  if (typeof input === "string") return { text: input };
  if (Array.isArray(input)) return { text: input[0], textPair: input[1] };
  return { text: input.text, textPair: input.text_pair ?? undefined };
}

/** Inputs of the Hugging Face API: every list is a batch. */
export function fromHf(inputs: z.infer<typeof HfInputs>): Inputs {
  return Array.isArray(inputs)
    ? { texts: inputs.map(toText), batch: true }
    : { texts: [toText(inputs)], batch: false };
}

/** Inputs of text-embeddings-inference: a list of strings is one text or one pair, a list of lists is a batch. */
export function fromTei(inputs: z.infer<typeof TeiInputs>): Inputs {
  if (typeof inputs === "string") return { texts: [toText(inputs)], batch: false };
  if (isFlat(inputs)) return { texts: [toText(inputs)], batch: false };
  return { texts: inputs.map(toText), batch: true };
}

function isFlat(inputs: Exclude<z.infer<typeof TeiInputs>, string>): inputs is [string] | [string, string] {
  return typeof inputs[0] === "string";
}
