/** Where the page is. It is in the hash of the address, so that an address can be kept and shared. */
export type Route = { page: "overview" } | { page: "keys" } | NamespaceRoute;

export interface NamespaceRoute {
  page: "namespace";
  namespace: string;
  query: string;
  tags: string[];
  /** Names. */
  entities: string[];
  thread?: string;
  /** The memory that is open. */
  key?: string;
}

export function inNamespace(namespace: string): NamespaceRoute {
  return { page: "namespace", namespace, query: "", tags: [], entities: [] };
}

export function readRoute(hash: string): Route {
  const [path = "", search = ""] = split(hash.replace(/^#\/?/, ""));
  if (path === "keys") return { page: "keys" };
  const name = path.startsWith("in/") ? decode(path.slice(3)) : undefined;
  if (!name) return { page: "overview" };
  const given = new URLSearchParams(search);
  const thread = given.get("thread");
  const key = given.get("key");
  return {
    page: "namespace",
    namespace: name,
    query: given.get("q") ?? "",
    tags: given.getAll("tag"),
    entities: given.getAll("entity"),
    ...(thread ? { thread } : {}),
    ...(key ? { key } : {}),
  };
}

export function writeRoute(route: Route): string {
  if (route.page !== "namespace") return `#/${route.page}`;
  const { namespace, query, tags, entities, thread, key } = route;
  const search = new URLSearchParams();
  if (query !== "") search.set("q", query);
  for (const tag of tags) search.append("tag", tag);
  for (const entity of entities) search.append("entity", entity);
  if (thread !== undefined) search.set("thread", thread);
  if (key !== undefined) search.set("key", key);
  return `#/in/${encodeURIComponent(namespace)}${search.size === 0 ? "" : `?${search}`}`;
}

function split(text: string): [string, string] {
  const at = text.indexOf("?");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // A hash that somebody mangled.
  }
}
