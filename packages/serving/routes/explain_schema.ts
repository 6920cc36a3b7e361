import { z } from "@hono/zod-openapi";
import {
  type AttentionWeights,
  type ExplainedToken,
  type ExplainRequest as Request,
  type Explanation,
  type HeadStatistics,
  IMPORTANCE_METHODS,
  PROBLEM_TYPES,
  type TokenImportance,
} from "@taxon/decision";
import { TextObject } from "../schemas.ts";

const ImportanceMethod = z.enum(IMPORTANCE_METHODS);

/** A schema for each field of a type, no more and no fewer. */
type Fields<T> = { [Name in keyof T]-?: z.ZodType<T[Name]> };

/** Body of `/v1/explain`. */
export const ExplainRequest = z.object(
  {
    inputs: z.union([z.string(), TextObject], { error: "expected one text or {text, text_pair}" })
      .openapi({ example: "The invoice is wrong" }),
    layers: z.array(z.int().nonnegative()).max(1000).optional().openapi({
      description: "Layers whose attention weights are wanted, from 0; absent: as many as fit into one reply",
    }),
    importance: z.array(ImportanceMethod).max(2).default([]).openapi({
      description: "Token importances wanted",
    }),
    head_effects: z.boolean().default(false).openapi({
      description: "Whether to try the text with each head switched off",
    }),
    label: z.string().optional().openapi({
      description: "The label whose importance is wanted; absent: the predicted one",
    }),
  } satisfies Record<keyof Request, z.ZodType>,
).openapi("ExplainRequest");

const perHead = (description: string) => z.array(z.array(z.number())).openapi({ description });

const Token = z.object(
  {
    text: z.string(),
    special: z.boolean(),
    sequence: z.union([z.literal(0), z.literal(1)]).nullable().openapi({
      description: "Which text it is from",
    }),
    start: z.int().nullable().openapi({ description: "Place in that text, in UTF-16 units" }),
    end: z.int().nullable(),
  } satisfies Fields<ExplainedToken>,
);

const Attention = z.object(
  {
    layers: z.int(),
    heads: z.int(),
    tokens: z.int(),
    encoding: z.enum(["f16", "u8"]).openapi({
      description: "f16: half floats, little endian; u8: bytes b that stand for (b / 255)²",
    }),
    included: z.array(z.object({ layer: z.int(), data: z.string() })).openapi({
      description: "Base64 of [heads, queries, keys] for each layer that was asked for",
    }),
  } satisfies Fields<AttentionWeights>,
);

const Importance = z.object(
  {
    method: ImportanceMethod,
    label: z.string(),
    values: z.array(z.number()).openapi({ description: "One a token, in units of the logit" }),
    logitChange: z.number().optional().openapi({ description: "What the values should sum to" }),
    completenessError: z.number().optional(),
    complete: z.boolean().optional().openapi({
      description: "Whether the error is within 5 % of the change or 0.02, whichever is larger",
    }),
    steps: z.int().optional(),
  } satisfies Fields<TokenImportance>,
);

/** Answer of `/v1/explain`. */
export const ExplainReply = z.object(
  {
    text: z.string(),
    textPair: z.string().optional(),
    tokens: z.array(Token),
    labels: z.array(z.string()),
    scores: z.array(z.number()).openapi({ description: "In the order of the labels" }),
    logits: z.object({ encoder: z.array(z.number()), ngrams: z.array(z.number()) }).optional().openapi({
      description: "Models with an n-gram branch: what either part adds to each logit",
    }),
    encoderIsSilent: z.literal(true).optional().openapi({
      description: "True where the encoder has no say beside the n-grams",
    }),
    predicted: z.string(),
    problemType: z.enum(PROBLEM_TYPES),
    truncated: z.boolean(),
    attention: Attention,
    statistics: z.object(
      {
        entropy: perHead("Nats, mean over the queries"),
        special: perHead("Share of the attention that goes to special tokens"),
        previous: perHead("Share that goes to the token before"),
        next: perHead("Share that goes to the token after"),
        self: perHead("Share that stays on the token itself"),
      } satisfies Fields<HeadStatistics>,
    ),
    headEffects: perHead("Change of the predicted label's score without the head").optional(),
    importance: z.array(Importance).optional(),
  } satisfies Fields<Explanation>,
).openapi("Explanation");
