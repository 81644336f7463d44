/** Where the page is. It is in the hash of the address, so that an address can be kept and shared. */
export type Route =
  | { page: "overview" }
  | { page: "keys" }
  | { page: "requests" }
  | NamespaceRoute
  | ViewRoute;

export interface NamespaceRoute {
  page: "namespace";
  namespace: string;
  query: string;
  tags: string[];
  /** Names. */
  entities: string[];
  thread?: string;
  /** Only what waits for approval. */
  waiting?: true;
  /** The memory that is open. */
  key?: string;
}

/** What can be seen of a namespace beside the list of its memories. */
export const views = ["playground", "timeline", "entities", "profile", "facts", "connect"] as const;
export type View = (typeof views)[number];

export interface ViewRoute {
  page: View;
  namespace: string;
  /** What is asked there: a message. */
  query: string;
}

export const isView = (route: Route): route is ViewRoute => views.some((view) => view === route.page);

export function inNamespace(namespace: string): NamespaceRoute {
  return { page: "namespace", namespace, query: "", tags: [], entities: [] };
}

export function readRoute(hash: string): Route {
  const [path = "", search = ""] = split(hash.replace(/^#\/?/, ""));
  if (path === "keys" || path === "requests") return { page: path };
  const given = new URLSearchParams(search);
  const place = path.startsWith("in/") ? path.slice(3) : "";
  const view = views.find((each) => place.endsWith(`/${each}`));
  const name = decode(view === undefined ? place : place.slice(0, -view.length - 1));
  if (!name) return { page: "overview" };
  if (view !== undefined) return { page: view, namespace: name, query: given.get("q") ?? "" };
  const thread = given.get("thread");
  const key = given.get("key");
  return {
    page: "namespace",
    namespace: name,
    query: given.get("q") ?? "",
    tags: given.getAll("tag"),
    entities: given.getAll("entity"),
    ...(thread ? { thread } : {}),
    ...(given.get("waiting") === "true" ? { waiting: true } : {}),
    ...(key ? { key } : {}),
  };
}

export function writeRoute(route: Route): string {
  if (isView(route)) {
    const asked = route.query === "" ? "" : `?${new URLSearchParams({ q: route.query })}`;
    return `#/in/${encodeURIComponent(route.namespace)}/${route.page}${asked}`;
  }
  if (route.page !== "namespace") return `#/${route.page}`;
  const { namespace, query, tags, entities, thread, waiting, key } = route;
  const search = new URLSearchParams();
  if (query !== "") search.set("q", query);
  for (const tag of tags) search.append("tag", tag);
  for (const entity of entities) search.append("entity", entity);
  if (thread !== undefined) search.set("thread", thread);
  if (waiting !== undefined) search.set("waiting", "true");
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
