import { Page } from "@/components/Page";

export function MoviePage() {
  return <Page title="MoviePage">{null}</Page>;
}
