import type { Execution } from "../command.ts";
import { change } from "./pin.ts";

export function run(execution: Execution): Promise<undefined> {
  return change(execution, "unpin");
}
