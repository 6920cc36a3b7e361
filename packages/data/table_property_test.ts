import { assert, assertEquals } from "@std/assert";
import { readTable } from "./table.ts";
import type { TableOptions } from "./table_record.ts";

/** What a random table is written as. */
interface Writing {
  file: string;
  format: "csv" | "tsv" | "jsonl" | "json" | "lines";
  encoding: string;
  mark: boolean;
  separator: string;
  quoting: "rfc4180" | "none";
  quoteAll: boolean;
  lineEnd: string;
  endsWithLine: boolean;
  header: boolean;
  sepLine: boolean;
}

type Rows = { row: number; values: string[] }[];

const DRAWS = 10_000;
const random = generator(20261201);
const below = (limit: number) => Math.floor(random() * limit);
const pick = <T>(items: readonly T[]): T => items[below(items.length)];
const chance = (share: number) => random() < share;

/** mulberry32: small, and the same everywhere. */
function generator(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const COMMON = [..."aB7 ,;|^\t\"'=[]{}:\\", '""', "\r", "\n", "\r\n", "word", "two words"];

/**
 * Letters of each encoding. Those of legacy ones have bytes from 0xC0 on in single bytes: a letter such as £ behind é
 * makes bytes that are UTF-8 as well, and no reader can tell which was meant.
 */
const LETTERS: Readonly<Record<string, readonly string[]>> = {
  "utf-8": [..."éß£ж本", "🙂", "e\u0301", "\u2028", "\u00a0"],
  "utf-16le": [..."éß£ж本", "🙂", "\u2028"],
  "utf-16be": [..."éß£ж本", "🙂", "\u2028"],
  "windows-1252": [..."éüñßÀ"],
  "windows-1251": [..."жЯд"],
  "koi8-r": [..."жЯд"],
  "shift_jis": [..."日本語ソ"], // the second byte of ソ is a backslash
  "gb18030": [..."中文字"],
};

function draw(): Writing {
  const format = pick(["csv", "csv", "csv", "tsv", "tsv", "jsonl", "json", "lines"] as const);
  const encoding = pick(Object.keys(LETTERS));
  return {
    file: `t.${format === "lines" ? "txt" : format}`,
    format,
    encoding,
    mark: encoding.startsWith("utf-") && chance(0.6),
    separator: pick([",", ";", "\t", "|", "^"]),
    quoting: pick(["rfc4180", "none"]),
    quoteAll: chance(0.2),
    lineEnd: pick(["\n", "\r\n", "\r"]),
    endsWithLine: chance(0.7),
    header: chance(0.7),
    sepLine: chance(0.1),
  };
}

/** A field that the writing can hold: without quoting none can hold a separator or a line end. */
function field({ encoding, separator, quoting, format }: Writing): string {
  const letters = [...COMMON, ...LETTERS[encoding]];
  const text = Array.from({ length: below(7) }, () => pick(letters)).join("");
  if (format === "lines") return text.replace(/[\r\n]/g, "");
  const isDelimited = format === "csv" || format === "tsv";
  return isDelimited && quoting === "none" ? text.replaceAll(separator, "").replace(/[\r\n]/g, "") : text;
}

/** Names of the columns; `text` and `label` once, others as they come. */
function columnNames(writing: Writing): string[] {
  if (writing.format === "lines") return ["text"];
  const others = Array.from({ length: below(3) }, () => pick(["id", "id", "", "v 1"]));
  const names = [...new Set(["text", "label", ...(writing.format.startsWith("json") ? others : [])])];
  if (!writing.format.startsWith("json")) names.push(...others);
  return names.map((name) => ({ name, at: random() })).sort((a, b) => a.at - b.at).map(({ name }) => name);
}

function writeField(text: string, { separator, quoting, quoteAll }: Writing): string {
  if (quoting === "none") return text;
  const needs = quoteAll || text.includes(separator) || /["\r\n]/.test(text);
  return needs ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The text of a table, and its rows as they must come back. */
function write(writing: Writing, names: string[], table: string[][]): { text: string; rows: Rows } {
  const { format, lineEnd, separator, header, sepLine, endsWithLine } = writing;
  const linesIn = (text: string) => text.split(lineEnd === "\r" ? "\r" : "\n").length - 1;
  const rows: Rows = [];
  if (format === "json" || format === "jsonl") {
    const indent = format === "json" && chance(0.5) ? 2 : undefined;
    const sources = table.map((values) =>
      JSON.stringify(Object.fromEntries(names.map((name, i) => [name, values[i]])), null, indent)
        .replaceAll("\n", lineEnd)
    );
    const [open, between, close] = format === "json"
      ? [`[${lineEnd}`, `,${lineEnd}`, `${lineEnd}]`]
      : ["", lineEnd, ""];
    let line = 1 + linesIn(open);
    table.forEach((values, i) => {
      rows.push({ row: line, values });
      line += linesIn(sources[i]) + 1;
    });
    return { text: open + sources.join(between) + close + (endsWithLine ? lineEnd : ""), rows };
  }
  const sources: string[] = sepLine && format !== "lines" ? [`sep=${separator}`] : [];
  if (header && format !== "lines") {
    sources.push(names.map((name) => writeField(name, writing)).join(separator));
  }
  let line = sources.length + 1;
  for (const values of table) {
    const fields = format === "lines" ? values : values.map((value) => writeField(value, writing));
    sources.push(fields.join(separator));
    const isQuoted = writing.quoting === "rfc4180" && format !== "lines";
    rows.push({
      row: line,
      values: isQuoted ? values.map((value) => value.replaceAll("\r\n", "\n")) : values,
    });
    line += 1 + linesIn(fields.join(""));
  }
  return { text: sources.join(lineEnd) + (endsWithLine || format === "lines" ? lineEnd : ""), rows };
}

const tables = new Map<string, ReadonlyMap<string, readonly number[]>>();

/** Bytes of each character of an encoding with at most two: TextDecoder read backwards. */
function bytesOf(encoding: string): ReadonlyMap<string, readonly number[]> {
  const known = tables.get(encoding);
  if (known) return known;
  const decoder = new TextDecoder(encoding, { fatal: true });
  const table = new Map<string, readonly number[]>();
  const add = (...bytes: number[]) => {
    try {
      const text = decoder.decode(Uint8Array.from(bytes));
      if ([...text].length === 1 && !table.has(text)) table.set(text, bytes);
    } catch {
      // no character
    }
  };
  for (let a = 0; a < 256; a++) add(a);
  if (!/^(windows|koi8)/.test(encoding)) {
    for (let a = 128; a < 256; a++) for (let b = 64; b < 256; b++) add(a, b);
  }
  tables.set(encoding, table);
  return table;
}

function encode(text: string, { encoding, mark }: Writing): Uint8Array {
  const marked = mark ? `\ufeff${text}` : text;
  if (encoding === "utf-8") return new TextEncoder().encode(marked);
  if (!encoding.startsWith("utf-16")) {
    return Uint8Array.from([...text].flatMap((character) => [...bytesOf(encoding).get(character)!]));
  }
  const bytes = new Uint8Array(2 * marked.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < marked.length; i++) {
    view.setUint16(2 * i, marked.charCodeAt(i), encoding === "utf-16le");
  }
  return bytes;
}

/** The options of a user who says everything, or leaves out what the file may tell. */
function optionsFor(writing: Writing, says: () => boolean): TableOptions {
  const { file, format, encoding, separator, quoting, header } = writing;
  const isDelimited = format === "csv" || format === "tsv";
  const usualQuoting = format === "csv" || separator !== "\t" ? "rfc4180" : "none";
  const [text, label] = header || !isDelimited ? ["text", "label"] : ["1", "2"];
  return {
    file,
    ...(format === "lines" && { format }),
    ...(says() && { encoding }),
    // An unusual character separates only where that is said; so do quotes that are letters where they usually enclose
    ...((separator === "^" || says()) && { separator }),
    ...((quoting === "none" && usualQuoting !== "none" || says()) && { quoting }),
    header,
    wanted: [
      { column: text, option: "textColumn" },
      ...(format === "lines" ? [] : [{ column: label, option: "labelColumn" }]),
    ],
  };
}

Deno.test(`readTable() gives back what was written, or says what is wrong: ${DRAWS} random tables`, () => {
  const counts = { same: 0, refused: 0, warned: 0 };
  for (let i = 0; i < DRAWS; i++) {
    const writing = draw();
    const names = columnNames(writing);
    const table = Array.from({ length: 1 + below(5) }, () => names.map(() => field(writing)));
    const { text, rows } = write(writing, names, table);
    const bytes = encode(text, writing);
    const saysAll = chance(0.5);
    const warnings: string[] = [];
    const options = {
      ...optionsFor(writing, () => saysAll || chance(0.5)),
      warn: (m: string) => warnings.push(m),
    };
    const about = () => JSON.stringify({ draw: i, writing, options, text, warnings });
    let read: Rows;
    try {
      read = readTable(bytes, options).records.map(({ row, values }) => ({
        row,
        values: values as string[],
      }));
    } catch (error) {
      assert(error instanceof SyntaxError || error instanceof RangeError, `${error} ${about()}`);
      assert(
        /^t\.\w+:\d+: |^Cannot read t\.\w+: .*(?:first line|line \d+|without a header)/.test(error.message),
        `${error.message} ${about()}`,
      );
      assert(!saysAll, `refused, though all was said: ${error.message} ${about()}`);
      counts.refused++;
      continue;
    }
    const isSame = JSON.stringify(read) === JSON.stringify(rows);
    if (isSame) counts.same++;
    else {
      assert(
        !saysAll && warnings.length > 0,
        `silently wrong: ${JSON.stringify(read)} instead of ${JSON.stringify(rows)} ${about()}`,
      );
      counts.warned++;
    }
  }
  assertEquals(counts.same + counts.refused + counts.warned, DRAWS);
  assert(counts.same > 0.6 * DRAWS && counts.refused > 0, JSON.stringify(counts));
});
