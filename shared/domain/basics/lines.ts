/** Takes bytes as they arrive. */
export type LineReader = {
  readonly take: (bytes: Uint8Array) => void;
  /** Returns the text after the last line end: empty if every line ends. */
  readonly end: () => string;
};

/** Divides UTF-8 text into lines, so that a long text is never in memory as a whole, and no step reads all of it. */
export function lineReader(takeLine: (line: string) => void): LineReader {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let rest = '';
  const takeText = (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) takeLine(line);
  };
  return {
    take: (bytes) => takeText(decoder.decode(bytes, { stream: true })),
    end: () => {
      takeText(decoder.decode());
      return rest;
    },
  };
}
