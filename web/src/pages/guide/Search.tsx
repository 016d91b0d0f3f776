import { Page } from "@/components/Page";

export function Search() {
  return <Page title="Search">{null}</Page>;
}
