import { Page } from "@/components/Page";

export function Welcome() {
  return <Page title="Welcome">{null}</Page>;
}
