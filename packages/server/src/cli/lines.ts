import { UsageError } from "./usage-errors.ts";

/** Longest line in UTF-16 units: a memory with a long history fits many times. */
const longestLine = 64 * 2 ** 20;

/** The lines of a stream of UTF-8, without their ends. @throws UsageError when it is not UTF-8, or no text of lines. */
export async function* linesOf(
  source: AsyncIterable<Buffer>,
  onBytes: (count: number) => void,
): AsyncGenerator<string> {
  // Takes a byte order mark away.
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  let line = 0;
  for await (const part of source) {
    onBytes(part.length);
    const lines = (rest + decode(decoder, part, line)).split("\n");
    rest = lines.pop() as string;
    if (rest.length > longestLine) throw new UsageError(`line ${line + lines.length + 1} does not end`);
    for (const text of lines) {
      line += 1;
      yield text.endsWith("\r") ? text.slice(0, -1) : text;
    }
  }
  rest += decode(decoder, undefined, line);
  if (rest !== "") yield rest;
}

function decode(decoder: InstanceType<typeof TextDecoder>, part: Buffer | undefined, line: number): string {
  try {
    return decoder.decode(part, { stream: part !== undefined });
  } catch {
    throw new UsageError(`after line ${line} there is something that is not UTF-8 text`);
  }
}
