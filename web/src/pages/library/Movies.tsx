import { Page } from "@/components/Page";

export function Movies() {
  return <Page title="Movies">{null}</Page>;
}
