/** Elements that harnesses and editors put into what people say, with everything in them. */
const elements = [
  "system-reminder",
  "environment_context",
  "environment_details",
  "user_instructions",
  "command-name",
  "command-message",
  "command-args",
  "local-command-stdout",
  "heartbeat",
];
/** A line of a heartbeat: a poll that nobody typed, and the answer that nothing is to be done. */
const heartbeat = /^\s*(\[?heartbeat( poll)?\]?|<heartbeat\s*\/?>|.*\bHEARTBEAT(_OK|\.md)\b.*)\s*$/i;

/**
 * A message without what a harness put into it: elements such as `<system-reminder>…</system-reminder>` and lines of a
 * heartbeat (`HEARTBEAT_OK`, `[heartbeat]`). What is not closed stays. In time linear in the text.
 */
export function withoutControlText(message: string): string {
  let text = message;
  for (const name of elements) text = withoutElement(text, name);
  if (/heartbeat/i.test(text))
    text = text
      .split("\n")
      .filter((line) => !heartbeat.test(line))
      .join("\n");
  return text === message ? message : text.trim();
}

function withoutElement(text: string, name: string): string {
  const [opening, closing] = [`<${name}>`, `</${name}>`];
  if (!text.includes(opening)) return text;
  const kept: string[] = [];
  let place = 0;
  for (;;) {
    const start = text.indexOf(opening, place);
    const end = start < 0 ? -1 : text.indexOf(closing, start + opening.length);
    if (end < 0) break;
    kept.push(text.slice(place, start));
    place = end + closing.length;
  }
  kept.push(text.slice(place));
  return kept.join("");
}
