import type { AlignedText, CharacterChange } from "../aligned_text.ts";
import type { JsonObject } from "../json.ts";
import { combiningRank, sortCanonically } from "./combining_class.ts";
import { NEWER_CHARACTERS } from "./newer_characters.ts";
import type { Normalizer } from "./normalizer.ts";

/** The four Unicode normalization forms. */
export type UnicodeFormName = "NFC" | "NFD" | "NFKC" | "NFKD";

const SEPARATOR = new RegExp(`(${NEWER_CHARACTERS.source})`, "u");

/** So many marks in a row are sorted by us; the stream-safe format (UAX #15, section 13) allows 30. */
const LONG_RUN = /\p{M}{32}/u;

const NOT_ASCII = /[^\0-\x7f]/;

/** Unicode normalization form C, D, KC or KD. */
export class UnicodeForm implements Normalizer {
  constructor(readonly form: UnicodeFormName) {}

  normalize(source: AlignedText): AlignedText {
    return toUnicodeForm(source, this.form);
  }

  toJson(): JsonObject {
    return { type: this.form };
  }
}

/** Brings text into a Unicode normalization form, in linear time also where marks follow marks without end. */
export function toUnicodeForm(source: AlignedText, form: UnicodeFormName): AlignedText {
  if (!NOT_ASCII.test(source.text)) return source;
  const text = normalized(source.text, form);
  if (text === source.text) return source;
  if (!source.starts) return source.changed(text);
  const items = decomposed(source.text, form);
  return source.transform(form.endsWith("D") ? items : composed(items));
}

function normalized(text: string, form: UnicodeFormName): string {
  if (LONG_RUN.test(text)) text = decomposed(text, form).map((item) => item.character).join("");
  if (!NEWER_CHARACTERS.test(text)) return text.normalize(form);
  return text.split(SEPARATOR).map((run, i) => i % 2 === 0 ? run.normalize(form) : run).join("");
}

/** The decomposed characters in canonical order; the later parts of a decomposition take no character. */
function decomposed(text: string, form: UnicodeFormName): CharacterChange[] {
  const decomposition = form === "NFC" || form === "NFD" ? "NFD" : "NFKD";
  const items: CharacterChange[] = [];
  for (const character of text) {
    const parts = NEWER_CHARACTERS.test(character) ? character : character.normalize(decomposition);
    let taken = 1;
    for (const part of parts) {
      items.push({ character: part, taken });
      taken = 0;
    }
  }
  sortCanonically(items, (item) => item.character);
  return items;
}

/** The canonical composition algorithm (Unicode Standard, section 3.11, D117), on decomposed items. */
function composed(items: CharacterChange[]): CharacterChange[] {
  const out: CharacterChange[] = [];
  let starter: CharacterChange | undefined;
  let lastRank = 0;
  for (const item of items) {
    const rank = combiningRank(item.character);
    const blocked = starter !== out.at(-1) && lastRank >= rank;
    const pair = starter && !blocked ? (starter.character + item.character).normalize("NFC") : "";
    if (starter && pair !== "" && String.fromCodePoint(pair.codePointAt(0)!) === pair) {
      starter.character = pair;
      starter.taken += item.taken;
      continue;
    }
    out.push(item);
    if (rank === 0) starter = item;
    lastRank = rank;
  }
  return out;
}
