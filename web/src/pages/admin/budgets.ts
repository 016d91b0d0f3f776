const names: Record<string, string> = { watchmode: "WatchMode", tmdb: "TMDB" };

/** What a provider is called. */
export const providerName = (name: string): string => names[name] ?? name;

/** Which part of a whole there is, 0 to 1; of nothing there is nothing. */
export const part = (some: number, whole: number): number => (whole > 0 ? Math.min(1, Math.max(0, some / whole)) : 0);
