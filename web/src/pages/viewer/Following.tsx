import { Page } from "@/components/Page";

export function Following() {
  return <Page title="Following">{null}</Page>;
}
