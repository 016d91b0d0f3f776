import { Page } from "@/components/Page";

export function Notifications() {
  return <Page title="Notifications">{null}</Page>;
}
