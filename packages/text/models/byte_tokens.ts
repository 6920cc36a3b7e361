const utf8 = new TextEncoder();

/** The ids of `<0x00>` to `<0xFF>` for the UTF-8 bytes of `text`; `undefined` if one of them has none. */
export function byteTokens(text: string, idOf: (token: string) => number | undefined): number[] | undefined {
  const ids: number[] = [];
  for (const byte of utf8.encode(text)) {
    const id = idOf(`<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`);
    if (id === undefined) return undefined;
    ids.push(id);
  }
  return ids;
}
