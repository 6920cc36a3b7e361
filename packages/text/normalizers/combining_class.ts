import { NEWER_CHARACTERS } from "./newer_characters.ts";

// One mark of each canonical combining class above 0, in ascending order (UnicodeData.txt, field 3).
const MARK_OF_CLASS = Array.from(
  "\u{334}\u{16ff0}\u{93c}\u{3099}\u{94d}\u{5b0}\u{5b1}\u{5b2}\u{5b3}\u{5b4}\u{5b5}\u{5b6}\u{5b7}\u{5b8}" +
    "\u{5b9}\u{5bb}\u{5bc}\u{5bd}\u{5bf}\u{5c1}\u{5c2}\u{fb1e}\u{64b}\u{64c}\u{64d}\u{618}\u{619}\u{61a}" +
    "\u{651}\u{652}\u{670}\u{711}\u{c55}\u{c56}\u{e38}\u{e48}\u{eb8}\u{ec8}\u{f71}\u{f72}\u{f74}\u{321}" +
    "\u{1dce}\u{31b}\u{1dfa}\u{316}\u{59a}\u{302e}\u{1d16d}\u{5ae}\u{300}\u{315}\u{35c}\u{35d}\u{345}",
);

const ranks = new Map<string, number>();

/**
 * The place of a fully decomposed character in canonical order: 0 for a starter, else 1 + the rank of its
 * canonical combining class (Unicode Standard, section 3.11).
 *
 * JavaScript does not expose the class, but `String.normalize` shows which of two marks it puts first.
 */
export function combiningRank(character: string): number {
  let rank = ranks.get(character);
  if (rank === undefined) {
    const isMark = /\p{M}/u.test(character) && !NEWER_CHARACTERS.test(character);
    ranks.set(character, rank = isMark ? markRank(character) : 0);
  }
  return rank;
}

function markRank(mark: string): number {
  const first = MARK_OF_CLASS[0];
  const last = MARK_OF_CLASS[MARK_OF_CLASS.length - 1];
  if (!areSwapped(last, mark) && !areSwapped(mark, first)) return 0; // a starter never moves
  let low = 0;
  let high = MARK_OF_CLASS.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (areSwapped(mark, MARK_OF_CLASS[middle])) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}

function areSwapped(a: string, b: string): boolean {
  return (a + b).normalize("NFD") !== a + b;
}

/**
 * Sorts decomposed characters into canonical order: stably by class between starters.
 * Linear in the number of items, where `String.normalize` takes quadratic time on a long run of mixed marks.
 *
 * @param items The items to sort, in place.
 * @param character The decomposed character of an item.
 */
export function sortCanonically<T>(items: T[], character: (item: T) => string): void {
  for (let start = 0; start < items.length; start++) {
    if (combiningRank(character(items[start])) === 0) continue;
    const byRank: T[][] = [];
    let end = start;
    for (let rank; end < items.length && (rank = combiningRank(character(items[end]))) > 0; end++) {
      (byRank[rank] ??= []).push(items[end]);
    }
    let i = start;
    for (const rank in byRank) for (const item of byRank[rank]) items[i++] = item; // ascending: array indices
    start = end;
  }
}
