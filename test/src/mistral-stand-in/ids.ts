let made = 0;

/** An id of the shape that the platform gives (`conv_019f13ba5c87747b931182ff92813bc4`), different for each call. */
export function hexId(prefix: string): string {
  made++;
  return `${prefix}_${made.toString(16).padStart(32, "0")}`;
}
