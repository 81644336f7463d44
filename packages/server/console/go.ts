import { type Route, writeRoute } from "./route.ts";

/** Goes there, as a step that the browser's "back" undoes; with `replace`, in place of the present one. */
export function go(route: Route, { replace = false }: { replace?: boolean } = {}): void {
  const hash = writeRoute(route);
  if (hash === location.hash) return;
  if (replace) history.replaceState(null, "", hash);
  else history.pushState(null, "", hash);
  dispatchEvent(new Event("hashchange"));
}
