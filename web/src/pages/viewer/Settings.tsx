import { Stack } from "@mantine/core";

import { $api } from "@/api/client";
import { Page } from "@/components/Page";
import { ErrorNotice, LoadingLines } from "@/components/States";

import { AccountSettings } from "./settings/AccountSettings";
import { AppearanceSettings } from "./settings/AppearanceSettings";
import { CalendarSettings } from "./settings/CalendarSettings";
import { EmailSettings } from "./settings/EmailSettings";
import { GuideSettings } from "./settings/GuideSettings";
import { MyData } from "./settings/MyData";
import { TwoStepSettings } from "./settings/TwoStepSettings";

/** How the viewer wants to be served, and what Marquee knows of them. */
export function Settings() {
  const { data, error, refetch } = $api.useQuery("get", "/settings");
  return (
    <Page title="Settings" lead="Changes are saved at once.">
      <Stack gap="md" maw={760}>
        {error ? (
          <ErrorNotice error={error} what="Your settings could not be loaded" retry={() => void refetch()} />
        ) : null}
        {data ? (
          <>
            <GuideSettings settings={data} />
            <EmailSettings settings={data} />
          </>
        ) : null}
        {data || error ? null : <LoadingLines lines={2} height={260} />}
        <CalendarSettings />
        <AppearanceSettings />
        <AccountSettings />
        <TwoStepSettings />
        <MyData />
      </Stack>
    </Page>
  );
}
