/** Columns that a stream has if it is a terminal; Infinity for files and pipes, where nothing is wrapped or cut. */
export function terminalColumns(stream: { isTerminal(): boolean }): number {
  if (!stream.isTerminal()) return Infinity;
  try {
    return Deno.consoleSize().columns || 80; // 0 in a terminal that was never told its size
  } catch {
    return 80; // where another stream has none
  }
}
