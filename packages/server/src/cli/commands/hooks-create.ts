import type { Execution } from "../command.ts";
import { UsageError } from "../usage-errors.ts";
import { withHooks } from "../with-hooks.ts";

export async function run(execution: Execution): Promise<undefined> {
  const { input, terminal } = execution;
  const [url] = input.positionals as [string];
  const namespace = input.text("namespace");
  const prefix = input.flag("everything") ? "" : input.text("prefix");
  if (
    (namespace === undefined) === (prefix === undefined) ||
    (input.flag("everything") && input.text("prefix"))
  )
    throw new UsageError("say whose changes: one of --namespace NAME, --prefix PREFIX and --everything");
  const created = await withHooks(execution, (hooks) =>
    hooks.create({
      url,
      ...(namespace === undefined ? {} : { namespace }),
      ...(prefix === undefined ? {} : { prefix }),
      texts: input.flag("texts"),
      since: input.flag("from-beginning") ? "0" : "latest",
    }),
  );
  if (terminal.json) await terminal.document(created);
  else {
    // Alone on stdout, as keys are.
    await terminal.line(created.secret);
    terminal.note(`the secret of hook ${created.id}, shown this once: its signatures are checked with it`);
  }
}
