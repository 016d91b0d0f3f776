import { $api } from "@/api/client";
import { useGenres } from "@/api/reference";

/** Names to suggest for a genre: those with the most films first, then the guide's that the library has not. */
export function useGenreNames(): string[] {
  const { data } = $api.useQuery("get", "/dashboard");
  const { genres } = useGenres();
  const byKey = new Map<string, string>();
  for (const name of [...(data?.topGenres.map(({ genre }) => genre) ?? []), ...genres.map(({ name }) => name)]) {
    if (!byKey.has(name.toLowerCase())) byKey.set(name.toLowerCase(), name);
  }
  return [...byKey.values()];
}
