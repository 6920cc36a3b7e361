import { assertEquals } from "@std/assert";
import { rfc4180Rows } from "../../tests/support/rfc4180.ts";
import { type Cell, delimitedText } from "./delimited_text.ts";

Deno.test("delimitedText() quotes what would end a cell or a row, and nothing else", () => {
  const rows = [["plain", 'a "word"', "a,b", "a;b"], ["lone\rreturn", "line\nfeed", "both\r\n", " space "]];
  assertEquals(
    delimitedText(rows),
    'plain,"a ""word""","a,b",a;b\n"lone\rreturn","line\nfeed","both\r\n", space \n',
  );
  assertEquals(delimitedText([["a,b", "a\tb"]], { separator: "\t" }), 'a,b\t"a\tb"\n');
  assertEquals(delimitedText([["a", "b"]], { lineEnd: "\r\n" }), "a,b\r\n");
});

Deno.test("delimitedText() writes numbers, truth values, and nothing as an empty cell", () => {
  const rows: Cell[][] = [[0.5, -1, true, null, undefined, ""], [""]];
  assertEquals(delimitedText(rows), '0.5,-1,true,,,\n""\n');
});

Deno.test("delimitedText() marks as text what a spreadsheet would compute, but not the scores", () => {
  const dangerous = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"];
  const harmless = ["a=b", "'=1", " =1", ""];
  const marked = delimitedText([[...dangerous, ...harmless, -0.5]], {
    separator: ";",
    safeForSpreadsheets: true,
  });
  assertEquals(marked, `'=1+1;'+1;'-1;'@SUM(A1);'\t=1;"'\r=1";'＝1;a=b;'=1; =1;;-0.5\n`);
});

Deno.test("delimitedText() writes random cells so that they are read back by the grammar of RFC 4180", () => {
  const alphabet = ["a", "é", "😀", '"', "'", ",", ";", "\t", "\r", "\n", "\r\n", " ", "=", "\\", "\u2028"];
  let state = 7;
  const below = (limit: number) => Math.floor((state = (state * 48271) % 2147483647) / 2147483647 * limit);
  const text = () => Array.from({ length: below(6) }, () => alphabet[below(alphabet.length)]).join("");
  for (const separator of [",", "\t", ";"]) {
    for (const lineEnd of ["\n", "\r\n"]) {
      for (const width of [1, 2, 5]) {
        const rows = Array.from({ length: 200 }, () => Array.from({ length: width }, text));
        assertEquals(rfc4180Rows(delimitedText(rows, { separator, lineEnd }), separator), rows);
      }
    }
  }
});
