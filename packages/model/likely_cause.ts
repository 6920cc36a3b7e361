import { sameShape, type Shape, showShape } from "@taxon/tensor";
import type { EncoderClassifierConfig } from "./config.ts";
import { canonicalName, huggingFaceNames, type TensorNames } from "./hugging_face/names.ts";

/** What is known of a tensor that does not fit. */
interface Misfit {
  names: TensorNames;
  /** What belongs under its name, if anything does. */
  wanted?: { shape: Shape };
  config: EncoderClassifierConfig;
}

/** Why a tensor does not fit: its shape, a prefix, a layer too many, or another architecture. */
export function likelyCause(name: string, shape: Shape, { names, wanted, config }: Misfit): string {
  if (wanted) {
    const transposed = shape.length === 2 && sameShape(shape.toReversed(), wanted.shape);
    return transposed
      ? `is stored transposed: expected ${showShape(wanted.shape)}`
      : `does not fit config.json, which asks for ${showShape(wanted.shape)}`;
  }
  const layer = Number(/\.(\d+)\./.exec(name)?.[1] ?? -1);
  if (layer >= config.layers && isName(name, names)) {
    return `belongs to layer ${layer}, but config.json has ${config.layers} layers`;
  }
  if (isName(name, names)) return `has no place in the model that config.json describes`;
  for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) {
    const rest = canonicalName(name.slice(dot + 1), names);
    if (isName(rest, names)) return `has the unknown prefix "${name.slice(0, dot + 1)}" before ${rest}`;
  }
  const other = Object.values(huggingFaceNames).find((other) => {
    return other !== names && isName(canonicalName(name, other), other);
  });
  return other
    ? `belongs to ${other.architecture}, but config.json says ${names.architecture}`
    : `is not a tensor of ${names.architecture}`;
}

/** Whether the architecture has a tensor of this name in any of its sizes. */
function isName(name: string, { modules }: TensorNames): boolean {
  const module = name.slice(0, name.lastIndexOf(".")).replace(/\.\d+\./, ".*.");
  return /\.(?:weight|bias)$/.test(name) && Object.values(modules).includes(module);
}
