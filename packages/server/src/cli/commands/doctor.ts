import type { Finding } from "../../doctor/finding.ts";
import { type Execution, exitCodes } from "../command.ts";
import { targetOf } from "../open-memory.ts";
import type { Terminal } from "../terminal.ts";
import { count, wrap } from "../text.ts";

export async function run({ input, terminal }: Execution): Promise<number> {
  const target = targetOf(input);
  const { diagnose, diagnoseDatabase, diagnoseServer } = await import("../../doctor/diagnose.ts");
  const embedder = input.text("embedder") ?? (process.env.SOUVENIR_EMBEDDER || undefined);
  const options = { offline: input.flag("offline"), ...(embedder === undefined ? {} : { embedder }) };
  const findings =
    "url" in target
      ? await diagnoseServer(target)
      : "database" in target
        ? await diagnoseDatabase({ ...target, ...options })
        : await diagnose({ ...target, ...options, quick: input.flag("quick") });
  const [faults, warnings] = (["fault", "warning"] as const).map(
    (status) => findings.filter((finding) => finding.status === status).length,
  ) as [number, number];
  if (terminal.json)
    await terminal.document({ status: faults > 0 ? "fault" : warnings > 0 ? "warning" : "ok", findings });
  else {
    for (const finding of findings) await terminal.line(findingText(finding, terminal));
    await terminal.line(
      faults + warnings === 0
        ? "\nAll is well."
        : `\n${count(faults, "fault")}, ${count(warnings, "warning")}.`,
    );
  }
  return faults > 0 ? exitCodes.failed : exitCodes.done;
}

function findingText({ check, status, message, remedy }: Finding, terminal: Terminal): string {
  const mark = {
    ok: terminal.paint("green", "ok     "),
    warning: terminal.paint("yellow", "warning"),
    fault: terminal.paint("red", "FAULT  "),
  }[status];
  const indent = " ".repeat(22);
  const width = terminal.width ?? 100;
  const text = wrap(message, width, indent).trimStart();
  const lines = [`${mark}  ${check.padEnd(12)} ${text}`];
  if (remedy !== undefined) lines.push(terminal.paint("bold", wrap(`-> ${remedy}`, width, indent)));
  return lines.join("\n");
}
