import { usePreferences } from "@/api/preferences";
import { useGenres, useSources } from "@/api/reference";
import { $api } from "@/api/client";
import { Page } from "@/components/Page";
import { ErrorNotice, LoadingLines } from "@/components/States";

import { Picker } from "./Picker";

/** The first run, and later the place to choose again: country, services and genres. */
export function Welcome() {
  const preferences = usePreferences();
  const settings = $api.useQuery("get", "/settings");
  const { sources } = useSources();
  const { genres } = useGenres();
  const isNew = preferences.isComplete === false;
  const error = preferences.error ?? settings.error;
  const retry = () => {
    preferences.refetch();
    if (settings.error) void settings.refetch();
  };
  return (
    <Page
      title={isNew ? "Welcome to Marquee" : "Your services and genres"}
      lead={
        isNew
          ? "Two choices, and your guide is ready. You can change them at any time."
          : "Your guide, recommendations and news are made of what you choose here."
      }
    >
      {error ? (
        <ErrorNotice error={error} retry={retry} what="The choices could not be loaded" />
      ) : preferences.data && settings.data && sources.length && genres.length ? (
        <Picker chosen={preferences.data} settings={settings.data} sources={sources} genres={genres} isNew={isNew} />
      ) : (
        <LoadingLines lines={6} height={84} />
      )}
    </Page>
  );
}
