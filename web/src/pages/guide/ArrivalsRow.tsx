import { useQuery } from "@tanstack/react-query";

import type { Schemas } from "@/api/client";
import { arrivalsOf } from "@/api/guide";
import { ErrorNotice } from "@/components/States";
import { TitleCard } from "@/components/TitleCard";
import { TitleRow, TitleRowSkeleton } from "@/components/TitleRow";

import { SeeAll } from "./SeeAll";
import { ago } from "@/app/words";

type Arrival = Schemas["ArrivalAnswer"];

const titles = { arrived: "New on your services", left: "Just left your services" };

/** What arrived on the viewer's services lately, or left them; nothing where nothing did. */
export function ArrivalsRow({ kind }: { kind: Arrival["kind"] }) {
  const { data, error, refetch } = useQuery(arrivalsOf(kind));
  if (error) return <ErrorNotice error={error} retry={() => void refetch()} what={titles[kind]} />;
  if (!data) return <TitleRowSkeleton />;
  if (!data.arrivals.length) return null;
  return (
    <TitleRow title={titles[kind]} more={<SeeAll to="/arrivals" search={{ kind }} what={titles[kind]} />}>
      {byTitle(data.arrivals).map(([arrival, ...more]) => (
        <TitleCard
          key={arrival.id}
          card={{
            ...arrival,
            id: arrival.title_id,
            // What left a service is shown without its logo.
            source_ids: kind === "arrived" ? [arrival, ...more].map((each) => each.source_id) : [],
            user_rating: null,
            followed: false,
            watched: false,
          }}
          note={`${kind === "arrived" ? "On" : "Left"} ${arrival.source_name ?? "a service"}, ${ago(arrival.at)}`}
        />
      ))}
    </TitleRow>
  );
}

/** Changes title by title, in the order of each title's latest one: several services may have got it. */
export function byTitle(arrivals: Arrival[]): [Arrival, ...Arrival[]][] {
  const groups = new Map<string, [Arrival, ...Arrival[]]>();
  for (const arrival of arrivals) {
    const group = groups.get(arrival.title_id);
    if (group) group.push(arrival);
    else groups.set(arrival.title_id, [arrival]);
  }
  return [...groups.values()];
}
