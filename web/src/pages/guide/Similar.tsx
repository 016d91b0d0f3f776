import { $api } from "@/api/client";
import { ErrorNotice } from "@/components/States";
import { TitleCard } from "@/components/TitleCard";
import { TitleRow, TitleRowSkeleton } from "@/components/TitleRow";

const CARDS = 20;

/** Titles like one; nothing where there are none. */
export function Similar({ id, name }: { id: string; name: string }) {
  const { data, error, refetch } = $api.useQuery("get", "/titles/{title_id}/similar", {
    params: { path: { title_id: id }, query: { limit: CARDS } },
  });
  if (error)
    return <ErrorNotice error={error} retry={() => void refetch()} what="Similar titles could not be loaded" />;
  if (!data) return <TitleRowSkeleton />;
  if (!data.recommendations.length) return null;
  return (
    <TitleRow title={`More like ${name}`}>
      {data.recommendations.map((card) => (
        <TitleCard key={card.id} card={card} />
      ))}
    </TitleRow>
  );
}
