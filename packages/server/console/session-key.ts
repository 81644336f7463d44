const name = "souvenir.key";

/** The key of this tab. It is in the tab's session storage and nowhere else, and is gone when the tab is closed. */
export const storedKey = (): string | undefined => sessionStorage.getItem(name) ?? undefined;
export const storeKey = (key: string): void => sessionStorage.setItem(name, key);
export const forgetKey = (): void => sessionStorage.removeItem(name);

/** The key of the link that `souvenir serve` shows at its first start, taken out of the address. */
export function takeLinkedKey(): void {
  const key = /^#key=(.+)$/.exec(location.hash)?.[1];
  if (key === undefined) return;
  storeKey(key);
  history.replaceState(null, "", location.pathname);
}
