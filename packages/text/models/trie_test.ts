import { assertEquals } from "@std/assert";
import { Trie } from "./trie.ts";

Deno.test("Trie.longestMatch() finds the longest string, from where it is asked", () => {
  const trie = new Trie([["a", 0], ["abc", 1], ["b", 2], ["😀", 3]]);
  const found = (text: string, start = 0) => {
    const node = trie.longestMatch(text, start);
    return node === 0 ? undefined : [trie.value(node), trie.depth(node)];
  };
  assertEquals(found("abcd"), [1, 3]);
  assertEquals(found("abd"), [0, 1]); // past "ab", which is only a beginning
  assertEquals(found("xab", 1), [0, 1]);
  assertEquals(found("😀a"), [3, 2]);
  assertEquals(found("c"), undefined);
  assertEquals(found(""), undefined);
});

Deno.test("Trie holds as much as a Map does", () => {
  const words = Array.from({ length: 2000 }, (_, i) => [(i * 7919 % 2003).toString(3), i] as const);
  const trie = new Trie(words);
  const last = new Map(words);
  for (const [word, value] of last) assertEquals(trie.value(trie.longestMatch(word, 0)), value);
});
