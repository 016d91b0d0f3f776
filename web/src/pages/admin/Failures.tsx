import { Page } from "@/components/Page";

export function Failures() {
  return <Page title="Failures">{null}</Page>;
}
