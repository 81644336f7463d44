/**
 * The values of a stream of JSON Lines. Leaving the loop early cancels the stream.
 * @param failed - The error for a stream that breaks off, in a line or between two.
 */
export async function* jsonLines(
  body: ReadableStream<Uint8Array>,
  failed: (cause: unknown) => Error,
): AsyncGenerator<unknown> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  let rest = "";
  try {
    for (;;) {
      let part: { done: boolean; value?: string | undefined };
      try {
        part = await reader.read();
      } catch (cause) {
        throw failed(cause);
      }
      const lines = (rest + (part.value ?? "")).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line !== "") yield parse(line, failed);
      if (part.done) break;
    }
    if (rest !== "") yield parse(rest, failed);
  } finally {
    // Not awaited: a server that sends no more would hold it.
    reader.cancel().catch(() => {});
  }
}

function parse(line: string, failed: (cause: unknown) => Error): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw failed(cause);
  }
}
