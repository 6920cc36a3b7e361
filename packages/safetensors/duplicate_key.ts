/**
 * Finds the first key that occurs twice in one object of a JSON text, at any depth. JSON.parse keeps the last of
 * two equal keys and other readers the first, so a file with duplicates means different things to different readers.
 *
 * @param json Text that JSON.parse has accepted.
 * @returns The key, with escapes resolved, and the UTF-16 index where its second occurrence starts.
 */
export function findDuplicateKey(json: string): { key: string; index: number } | undefined {
  const open: (Set<string> | undefined)[] = []; // keys seen in each open object; undefined for an array
  let isKey = false; // the next string is a key: after "{", or after "," in an object
  for (let i = 0; i < json.length; i++) {
    switch (json[i]) {
      case "{":
        open.push(new Set());
        isKey = true;
        break;
      case "[":
        open.push(undefined);
        isKey = false;
        break;
      case "}":
      case "]":
        open.pop();
        isKey = false;
        break;
      case ",":
        isKey = open.at(-1) !== undefined;
        break;
      case '"': {
        const start = i;
        i = closingQuote(json, i);
        if (!isKey) break;
        isKey = false;
        const key: string = JSON.parse(json.slice(start, i + 1));
        const keys = open.at(-1)!;
        if (keys.has(key)) return { key, index: start };
        keys.add(key);
      }
    }
  }
}

function closingQuote(json: string, open: number): number {
  let i = open + 1;
  while (json[i] !== '"') i += json[i] === "\\" ? 2 : 1;
  return i;
}
