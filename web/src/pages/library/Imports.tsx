import { Page } from "@/components/Page";

export function Imports() {
  return <Page title="Imports">{null}</Page>;
}
