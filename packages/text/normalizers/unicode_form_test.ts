import { assertEquals } from "@std/assert";
import { AlignedText } from "../aligned_text.ts";
import { toUnicodeForm, type UnicodeFormName } from "./unicode_form.ts";

const FORMS: UnicodeFormName[] = ["NFC", "NFD", "NFKC", "NFKD"];
const LETTERS = Array.from("aeq한각각Åﬁ①\u0344\u0f73\u0301\u0323\u0345\u0334\u05b0\u302e\u{1d165}\u{1d15f}");

/** Every sequence of three of the letters. */
const TEXTS = LETTERS.flatMap((a) => LETTERS.flatMap((b) => LETTERS.map((c) => a + b + c)));

for (const form of FORMS) {
  Deno.test(`toUnicodeForm() with alignment gives the text of String.normalize("${form}")`, () => {
    for (const text of TEXTS) {
      assertEquals(toUnicodeForm(AlignedText.identity(text), form).text, text.normalize(form));
    }
  });

  Deno.test(`toUnicodeForm() sorts a long run of marks into ${form} as String.normalize does`, () => {
    const text = "e" + "\u0301\u0323\u0f73\u0345\u0334".repeat(20) + "e\u0301";
    assertEquals(toUnicodeForm(new AlignedText(text), form).text, text.normalize(form));
  });
}

Deno.test("toUnicodeForm() aligns each part of a decomposition with the whole letter", () => {
  const { text, starts, ends } = toUnicodeForm(AlignedText.identity("aé😀"), "NFD");
  assertEquals(text, "ae\u0301😀");
  assertEquals(starts, Int32Array.of(0, 1, 1, 2, 2));
  assertEquals(ends, Int32Array.of(1, 2, 2, 4, 4));
});

// Python: Tokenizer(…).encode("É\u0323") with NFC and Split("", "isolated"), tokenizers 0.23.3.
Deno.test("toUnicodeForm() aligns a mark that composition passes over with the last character before it", () => {
  const { text, starts, ends } = toUnicodeForm(AlignedText.identity("\u00c9\u0323"), "NFC");
  assertEquals(text, "\u1eb8\u0301");
  assertEquals([...starts!], [0, 1]);
  assertEquals([...ends!], [1, 2]);
});
