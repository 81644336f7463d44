import { UsageError } from "./usage-errors.ts";

/** All of stdin as a text, without the line end that echo and editors add. @throws UsageError when it is not UTF-8. */
export async function readStandardInput(): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(parts)).replace(/\r?\n$/, "");
  } catch {
    throw new UsageError("what came on standard input is not UTF-8 text");
  }
}
