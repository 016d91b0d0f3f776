import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useDisclosure } from "@mantine/hooks";
import { IconPencil, IconPlayerPlay, IconTrash } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";

import { $api, type Schemas } from "@/api/client";
import { useAuth } from "@/auth/Auth";
import { BadgeLink, ButtonLink } from "@/components/Links";
import { Page } from "@/components/Page";
import { Poster } from "@/components/Poster";
import { ErrorNotice } from "@/components/States";

import { ChangeStatus } from "./ChangeStatus";
import { MovieFacts } from "./MovieFacts";
import { MovieForm } from "./MovieForm";
import { movieValues } from "./movieFields";
import classes from "./MoviePage.module.css";
import { Score } from "./Score";
import { SameGenre } from "./SameGenre";
import { useChange } from "./useChange";

/** What is known of a film; who added it, and operators, can change and delete it. */
export function MovieDetails({ movie }: { movie: Schemas["MovieAnswer"] }) {
  const { userId, isAdmin } = useAuth();
  const [isEditing, editing] = useDisclosure(false);
  const [isDeleting, deleting] = useDisclosure(false);
  const [change, setChange] = useState<string | null>(null);
  const path = { params: { path: { movie_id: movie.id } } };
  const edit = $api.useMutation("put", "/movies/{movie_id}", {
    onSuccess: ({ id }) => {
      setChange(id);
      editing.close();
    },
  });
  const remove = $api.useMutation("delete", "/movies/{movie_id}", {
    onSuccess: ({ id }) => {
      setChange(id);
      deleting.close();
    },
  });
  const { data: done } = useChange(change);
  useGoOnceDeleted(change !== null && done?.state === "deleted", movie.title);

  return (
    <Page
      title={movie.title}
      actions={
        isAdmin || movie.added_by === userId ? (
          <Group gap="xs">
            <Button variant="default" leftSection={<IconPencil size={16} aria-hidden />} onClick={editing.open}>
              Edit
            </Button>
            <Button
              variant="light"
              color="red"
              leftSection={<IconTrash size={16} aria-hidden />}
              onClick={deleting.open}
            >
              Delete
            </Button>
          </Group>
        ) : null
      }
    >
      {change ? <ChangeStatus id={change} title={done?.kind === "delete" ? "Deleting" : "Your changes"} /> : null}
      <div className={classes.layout}>
        <div className={classes.poster}>
          <Poster src={null} title={movie.title} year={movie.year} type="movie" />
        </div>
        <Stack>
          <Score rating={movie.rating} size="xl" />
          <Group gap="xs">
            {movie.genres.map((genre) => (
              <BadgeLink
                key={genre}
                to="/library"
                search={{ genre: [genre] }}
                variant="light"
                size="lg"
                tt="none"
                style={{ cursor: "pointer" }}
              >
                {genre}
              </BadgeLink>
            ))}
          </Group>
          <MovieFacts movie={movie} />
          <ButtonLink
            to="/search"
            search={{ q: movie.title }}
            variant="default"
            w="fit-content"
            leftSection={<IconPlayerPlay size={16} aria-hidden />}
          >
            Look where to watch it
          </ButtonLink>
        </Stack>
      </div>
      <SameGenre movie={movie} />
      <Modal
        opened={isEditing}
        onClose={editing.close}
        closeButtonProps={{ "aria-label": "Close" }}
        title={`Edit ${movie.title}`}
        size="lg"
      >
        <MovieForm
          initial={movieValues(movie)}
          submitLabel="Save"
          isSending={edit.isPending}
          error={edit.error}
          submit={(body) => edit.mutate({ ...path, body })}
        >
          <Button variant="default" onClick={editing.close}>
            Cancel
          </Button>
        </MovieForm>
      </Modal>
      <Modal
        opened={isDeleting}
        onClose={deleting.close}
        closeButtonProps={{ "aria-label": "Close" }}
        title={`Delete ${movie.title}?`}
      >
        <Stack>
          {remove.error ? <ErrorNotice error={remove.error} what="The film was not deleted" /> : null}
          <Text size="sm">It is gone from the library for everybody, and cannot be brought back.</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={deleting.close} data-autofocus>
              Keep it
            </Button>
            <Button color="red" loading={remove.isPending} onClick={() => remove.mutate(path)}>
              Delete
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Page>
  );
}

/** Leave the page of a film that is no more, and say why. */
function useGoOnceDeleted(isDeleted: boolean, title: string) {
  const navigate = useNavigate();
  useEffect(() => {
    if (!isDeleted) return;
    notifications.show({ message: `${title} is deleted from the library.` });
    void navigate({ to: "/library", replace: true });
  }, [isDeleted, title, navigate]);
}
