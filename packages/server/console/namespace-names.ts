import { call } from "./api.ts";

/** Names read at once; a store may have very many. */
const page = 500;

export interface Names {
  names: string[];
  /** There are more than these. */
  more: boolean;
}

export async function readNames(prefix: string, signal?: AbortSignal): Promise<Names> {
  const takes = { limit: page, prefix: prefix || undefined };
  const { namespaces, cursor } = await call("namespacesList", takes, signal);
  return { names: namespaces, more: cursor !== undefined };
}

const known = new Map<string, number>();
const asked = new Map<Element, string>();
const queue: Element[] = [];
let running = 0;

/** Counts are asked for when their place comes into view, two at a time: a store may have thousands of namespaces. */
const observer = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    observer.unobserve(target);
    queue.push(target);
  }
  while (running < 2 && queue.length > 0) void next();
});

export function showCount(element: HTMLElement, namespace: string): void {
  const count = known.get(namespace);
  if (count !== undefined) element.textContent = String(count);
  asked.set(element, namespace);
  observer.observe(element);
}

async function next(): Promise<void> {
  running++;
  const element = queue.shift() as Element;
  const namespace = asked.get(element) as string;
  asked.delete(element);
  try {
    if (element.isConnected) {
      const { records } = await call("statsGet", { namespace });
      known.set(namespace, records);
      element.textContent = String(records);
      for (const [other, name] of asked) {
        if (name === namespace) other.textContent = String(records);
        if (other.isConnected) continue;
        observer.unobserve(other);
        asked.delete(other);
      }
    }
  } catch {
    // A count that cannot be had is left out; what matters fails where it is asked for.
  }
  running--;
  if (queue.length > 0) void next();
}
