import { Page } from "@/components/Page";

export function AddMovie() {
  return <Page title="AddMovie">{null}</Page>;
}
