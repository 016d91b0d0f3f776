import { $api, type Schemas } from "@/api/client";
import { ErrorNotice } from "@/components/States";
import { TitleCard } from "@/components/TitleCard";
import { TitleRow, TitleRowSkeleton } from "@/components/TitleRow";

import { SeeAll } from "./SeeAll";

const CARDS = 20;

/** The most popular titles of one genre on the viewer's services; nothing where there are none. */
export function GenreRow({ genre }: { genre: Schemas["GenreAnswer"] }) {
  const query = { genre: [genre.id], sort: "popularity" as const, limit: CARDS };
  const { data, error, refetch } = $api.useQuery("get", "/titles", { params: { query } });
  if (error) return <ErrorNotice error={error} retry={() => void refetch()} what={genre.name} />;
  if (!data) return <TitleRowSkeleton />;
  if (!data.titles.length) return null;
  const search = { genre: [genre.id], sort: "popularity" };
  return (
    <TitleRow title={genre.name} more={<SeeAll to="/browse" search={search} what={genre.name} />}>
      {data.titles.map((card) => (
        <TitleCard key={card.id} card={card} />
      ))}
    </TitleRow>
  );
}
