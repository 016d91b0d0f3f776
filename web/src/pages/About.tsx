import { Page } from "@/components/Page";

export function About() {
  return <Page title="About">{null}</Page>;
}
