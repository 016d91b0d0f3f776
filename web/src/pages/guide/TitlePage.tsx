import { Page } from "@/components/Page";

export function TitlePage() {
  return <Page title="Title">{null}</Page>;
}
