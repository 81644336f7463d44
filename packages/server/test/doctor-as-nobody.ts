// Asks the doctor as a user who is not root, to whom nothing is forbidden. Everything it needs is loaded before.
import { diagnose } from "../src/doctor/diagnose.ts";

const [path = ""] = process.argv.slice(2);
await diagnose({ path: ":nowhere:", offline: true });
if (process.getuid?.() === 0) {
  process.setgid?.(65_534);
  process.setuid?.(65_534);
}
process.stdout.write(JSON.stringify(await diagnose({ path, offline: true })));
