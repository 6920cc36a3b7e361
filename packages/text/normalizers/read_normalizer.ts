import { type Json, type ObjectReader, readComponent } from "../json.ts";
import { BertNormalizer } from "./bert.ts";
import { ByteLevelNormalizer } from "./byte_level.ts";
import { Lowercase } from "./lowercase.ts";
import { Nmt } from "./nmt.ts";
import type { Normalizer } from "./normalizer.ts";
import { Precompiled } from "./precompiled.ts";
import { Prepend } from "./prepend.ts";
import { Replace } from "./replace.ts";
import { NormalizerSequence } from "./sequence.ts";
import { Strip } from "./strip.ts";
import { StripAccents } from "./strip_accents.ts";
import { UnicodeForm } from "./unicode_form.ts";

/** Reads the `normalizer` of a tokenizer.json; a new kind is a file beside this one and a line here. */
export function readNormalizer(json: Json | undefined, path: string): Normalizer {
  return readComponent<Normalizer>(json, path, {
    BertNormalizer: BertNormalizer.read,
    ByteLevel: () => new ByteLevelNormalizer(),
    Lowercase: () => new Lowercase(),
    NFC: () => new UnicodeForm("NFC"),
    NFD: () => new UnicodeForm("NFD"),
    NFKC: () => new UnicodeForm("NFKC"),
    NFKD: () => new UnicodeForm("NFKD"),
    Nmt: () => new Nmt(),
    Precompiled: Precompiled.read,
    Prepend: (fields: ObjectReader) => new Prepend(fields.string("prepend")),
    Replace: Replace.read,
    Sequence: (fields: ObjectReader) =>
      new NormalizerSequence(
        fields.list("normalizers").map((item, i) => readNormalizer(item, `${fields.path}.normalizers[${i}]`)),
      ),
    Strip: Strip.read,
    StripAccents: () => new StripAccents(),
  });
}
