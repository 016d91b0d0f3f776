import { Page } from "@/components/Page";

export function TopRated() {
  return <Page title="TopRated">{null}</Page>;
}
