import { Page } from "@/components/Page";

export function Providers() {
  return <Page title="Providers">{null}</Page>;
}
