import { type AlignedText, AlignmentEditor } from "../aligned_text.ts";
import { characterClass } from "../character_class.ts";
import type { JsonObject } from "../json.ts";
import { combiningRank, sortCanonically } from "./combining_class.ts";
import type { Normalizer } from "./normalizer.ts";

/** The four Unicode normalization forms. */
export type UnicodeFormName = "NFC" | "NFD" | "NFKC" | "NFKD";

/**
 * Code points whose decomposition came with a Unicode version later than the one Python `tokenizers` uses;
 * there they stay as they are.
 */
const NOT_DECOMPOSED = characterClass(`
32ff a7f2-a7f4 ab69 105c9 105e4 10781-107ba 11383 11385 1138e 11391 113c5 113c7-113c8 11938 16121-16128
16d68-16d6a 1ccd6-1ccf9 1e030-1e06d 1f16c 1fbf0-1fbf9
`);
const DECOMPOSED_RUN = new RegExp(`[^${NOT_DECOMPOSED.source.slice(1)}+`, "gu");

/** Marks after which a run is sorted by us; the stream-safe format (UAX #15, section 13) allows 30. */
const LONG_RUN = /\p{M}{32,}/gu;

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
  return source.starts ? aligned(source, form) : source.replace(/^[^]*$/, () => text);
}

function normalized(text: string, form: UnicodeFormName): string {
  const normalizeRun = (run: string) =>
    run.replace(LONG_RUN, (marks) => decomposed(marks, form).map((item) => item.character).join(""))
      .normalize(form);
  return NOT_DECOMPOSED.test(text) ? text.replace(DECOMPOSED_RUN, normalizeRun) : normalizeRun(text);
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
    const parts = NOT_DECOMPOSED.test(character) ? character : character.normalize(decomposition);
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
