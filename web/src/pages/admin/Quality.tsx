import { Page } from "@/components/Page";

export function Quality() {
  return <Page title="Quality">{null}</Page>;
}
