import { Page } from "@/components/Page";

export function Browse() {
  return <Page title="Browse">{null}</Page>;
}
