import { AlignedText, AlignmentEditor } from "../aligned_text.ts";
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
  return source.starts ? aligned(source, form) : new AlignedText(text);
}

function normalized(text: string, form: UnicodeFormName): string {
  if (LONG_RUN.test(text)) text = decomposed(text, form).map((item) => item.character).join("");
  if (!NEWER_CHARACTERS.test(text)) return text.normalize(form);
  return text.split(SEPARATOR).map((run, i) => i % 2 === 0 ? run.normalize(form) : run).join("");
}

/**
 * A character on its way into a normalization form. `consumed` says how many characters of the source it
 * stands for: none if it is a later part of a decomposition, several if it was composed.
 */
interface Item {
  character: string;
  consumed: number;
}

function decomposed(text: string, form: UnicodeFormName): Item[] {
  const decomposition = form === "NFC" || form === "NFD" ? "NFD" : "NFKD";
  const items: Item[] = [];
  for (const character of text) {
    const parts = NEWER_CHARACTERS.test(character) ? character : character.normalize(decomposition);
    let consumed = 1;
    for (const part of parts) {
      items.push({ character: part, consumed });
      consumed = 0;
    }
  }
  sortCanonically(items, (item) => item.character);
  return items;
}

/** The canonical composition algorithm (Unicode Standard, section 3.11, D117), on decomposed items. */
function composed(items: Item[]): Item[] {
  const out: Item[] = [];
  let starter: Item | undefined;
  let lastRank = 0;
  for (const item of items) {
    const rank = combiningRank(item.character);
    const blocked = starter !== out.at(-1) && lastRank >= rank;
    const pair = starter && !blocked ? (starter.character + item.character).normalize("NFC") : "";
    if (starter && pair !== "" && String.fromCodePoint(pair.codePointAt(0)!) === pair) {
      starter.character = pair;
      starter.consumed += item.consumed;
      continue;
    }
    out.push(item);
    if (rank === 0) starter = item;
    lastRank = rank;
  }
  return out;
}

function aligned(source: AlignedText, form: UnicodeFormName): AlignedText {
  const items = decomposed(source.text, form);
  const edit = new AlignmentEditor(source);
  let start = 0; // of the source character that the current item starts from
  let next = 0; // of the first source character not consumed
  for (const { character, consumed } of form.endsWith("D") ? items : composed(items)) {
    if (consumed > 0) start = next;
    edit.insert(character, start, characterEnd(source.text, start));
    for (let i = 0; i < consumed; i++) next = characterEnd(source.text, next);
  }
  edit.skipTo(source.text.length);
  return edit.finish();
}

function characterEnd(text: string, start: number): number {
  return start + (text.codePointAt(start)! > 0xffff ? 2 : 1);
}
