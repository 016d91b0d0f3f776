import { api, type Schemas } from "@/api/client";
import { ApiError } from "@/api/errors";

/** The endings of files that can be imported, and how large they may be; the API refuses others. */
export const ENDINGS = ["csv", "tsv", "txt", "json", "ndjson", "jsonl"];
export const LARGEST = 50_000_000;

/** Why a file cannot be imported; null if it can. */
export function fileProblem(file: Pick<File, "name" | "size">): string | null {
  const ending = file.name.split(".").pop()?.toLowerCase() ?? "";
  if (!ENDINGS.includes(ending))
    return `Files ending in ${ENDINGS.map((each) => `.${each}`).join(", ")} can be imported.`;
  if (file.size === 0) return "This file is empty.";
  return file.size > LARGEST ? "Files of up to 50 MB can be imported; this one is larger." : null;
}

/**
 * Make an import of a file, bring the file to its place and have its first rows read; returns the id of the import.
 * `onProgress` hears how much is there, from 0 to 1. An import whose file does not arrive is cancelled.
 */
export async function importFile(file: File, onProgress: (share: number) => void): Promise<string> {
  const { data } = await api.POST("/imports", {
    body: { source: { kind: "upload", filename: file.name, size: file.size } },
  });
  const { id, upload } = data as Schemas["NewImportAnswer"];
  if (!upload) throw new ApiError(0, "no_upload", "Marquee did not say where the file is to go. Try again.");
  try {
    await put(upload, file, onProgress);
  } catch (error) {
    await act(id, "cancel").catch(() => undefined);
    throw error;
  }
  await act(id, "read");
  return id;
}

const act = (id: string, action: "read" | "cancel") =>
  api.POST("/imports/{import_id}/{action}", { params: { path: { import_id: id, action } } });

// Not by `fetch`, which cannot say how much of a body has been sent.
function put({ url, method, headers }: Schemas["UploadAnswer"], file: File, onProgress: (share: number) => void) {
  return new Promise<void>((resolve, reject) => {
    const fail = (status: number) =>
      reject(
        new ApiError(status, "upload_failed", "The file could not be uploaded. Check your connection and try again."),
      );
    const request = new XMLHttpRequest();
    request.upload.onprogress = (event) => onProgress(event.loaded / file.size);
    request.onload = () => (request.status < 300 ? resolve() : fail(request.status));
    request.onerror = () => fail(0);
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.send(file);
  });
}
