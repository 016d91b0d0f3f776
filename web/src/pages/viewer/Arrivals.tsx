import { Page } from "@/components/Page";

export function Arrivals() {
  return <Page title="Arrivals">{null}</Page>;
}
