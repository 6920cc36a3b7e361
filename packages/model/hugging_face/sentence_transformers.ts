import type { EncoderClassifierConfig } from "../config.ts";
import { JsonFields } from "../json_fields.ts";

/** The files by which sentence-transformers says what follows the encoder. */
export interface SentenceTransformersFiles {
  /** Text of modules.json. */
  readonly modules: string;
  /** Text of config.json in the folder of the pooling module. */
  readonly pooling: string;
}

/** A step of a sentence-transformers model. */
export interface SentenceModule {
  /** Last part of its class's name: `Transformer`, `Pooling` or `Normalize`. */
  readonly kind: string;
  /** Its folder; empty for the model's own. */
  readonly path: string;
}

/**
 * The steps that modules.json lists.
 *
 * @throws {RangeError} If they are not an encoder, a pooling and perhaps a normalisation, or a folder lies outside.
 */
export function sentenceModules(text: string): SentenceModule[] {
  const listed = new JsonFields("modules.json", `{"modules":${text}}`).list("modules") ?? [];
  const modules = listed.map((entry) => {
    const { type, path = "" } = (entry ?? {}) as Record<string, unknown>;
    const kind = typeof type === "string" ? type.slice(type.lastIndexOf(".") + 1) : "";
    if (typeof path !== "string" || !/^[\w-]*$/.test(path)) {
      throw new RangeError(
        `Cannot read modules.json: path is ${JSON.stringify(path)}; it must name a folder of the model`,
      );
    }
    return { kind, path };
  });
  const kinds = modules.map(({ kind }) => kind).join(", ");
  if (!/^Transformer, Pooling(?:, Normalize)?$/.test(kinds)) {
    throw new RangeError(
      `Cannot read modules.json: it lists ${
        kinds || "nothing"
      }; read are Transformer, Pooling and Normalize, in this order`,
    );
  }
  return modules;
}

/** How a sentence-transformers model makes one vector of its tokens: without the pooler of its encoder. */
export function sentenceSettings(
  { modules, pooling }: SentenceTransformersFiles,
): Pick<EncoderClassifierConfig, "pooling" | "normalizePooled" | "headActivation"> {
  const fields = new JsonFields("the pooling's config.json", pooling);
  const modes = [
    "cls_token",
    "mean_tokens",
    "max_tokens",
    "mean_sqrt_len_tokens",
    "weightedmean_tokens",
    "lasttoken",
  ]
    .filter((mode) => fields.boolean(`pooling_mode_${mode}`, false)).join(" and ");
  if (modes !== "cls_token" && modes !== "mean_tokens") {
    throw new RangeError(
      `Cannot read ${fields.file}: it pools by ${modes || "nothing"}; read are cls_token and mean_tokens`,
    );
  }
  return {
    pooling: modes === "cls_token" ? "cls" : "mean",
    normalizePooled: sentenceModules(modules).some(({ kind }) => kind === "Normalize"),
    headActivation: "none",
  };
}
