const read = (name: string): string | null => {
  try {
    return localStorage.getItem(`souvenir.${name}`);
  } catch {
    return null; // Storage that the browser keeps shut.
  }
};
const write = (name: string, value: string): void => {
  try {
    localStorage.setItem(`souvenir.${name}`, value);
  } catch {}
};

const themes = ["auto", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** How the console looks and listens in this browser. Nothing secret is kept here. */
export const settings = {
  get theme(): Theme {
    return themes.find((theme) => theme === read("theme")) ?? "auto";
  },
  set theme(theme: Theme) {
    write("theme", theme);
    settings.apply();
  },
  get singleKeys(): boolean {
    return read("keys") !== "off";
  },
  set singleKeys(on: boolean) {
    write("keys", on ? "on" : "off");
  },
  apply(): void {
    document.documentElement.dataset.theme = settings.theme;
  },
  nextTheme(): Theme {
    return themes[(themes.indexOf(settings.theme) + 1) % themes.length] ?? "auto";
  },
};
