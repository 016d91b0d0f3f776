import { Page } from "@/components/Page";

export function Recommendations() {
  return <Page title="For you">{null}</Page>;
}
