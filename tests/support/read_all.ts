/** The text of a stream; `seen` gets what has come so far after each piece. */
export async function readAll(
  stream: ReadableStream<Uint8Array>,
  seen: (text: string) => void = () => {},
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    seen(text);
  }
  return text;
}
