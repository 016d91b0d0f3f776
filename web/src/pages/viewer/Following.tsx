import { Tabs } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";

import { Page } from "@/components/Page";
import { choiceOf, type Params } from "@/app/params";

import { LISTS } from "./lists";
import { listWords } from "./listWords";
import { MarkedGrid } from "./MarkedGrid";

/** What the viewer has said of titles: follows, watched, ratings and what is hidden. */
export function Following() {
  const params: Params = useSearch({ strict: false });
  const navigate = useNavigate();
  const open = choiceOf(params.tab, LISTS, "following");
  return (
    <Page title={listWords[open].name} lead={listWords[open].lead}>
      <Tabs
        value={open}
        keepMounted={false}
        onChange={(tab) => void navigate({ to: "/following", search: tab === "following" ? {} : { tab } })}
      >
        <Tabs.List aria-label="Your lists" mb="lg">
          {LISTS.map((list) => (
            <Tabs.Tab key={list} value={list} px="sm">
              {listWords[list].name}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {LISTS.map((list) => (
          <Tabs.Panel key={list} value={list}>
            <MarkedGrid list={list} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  );
}
