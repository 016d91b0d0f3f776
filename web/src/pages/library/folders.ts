import type { Schemas } from "@/api/client";

/** The places that operators import from. */
export type FolderKind = "s3" | "drive";

const DRIVE_ADDRESS = /^https:\/\/drive\.google\.com\/drive\/(?:u\/\d+\/)?folders\/([A-Za-z0-9_-]+)/;
const DRIVE_ID = /^[A-Za-z0-9_-]{1,200}$/;

/** Why nothing can be imported from there; null if something may. */
export function folderProblem(kind: FolderKind, where: string): string | null {
  const text = where.trim();
  if (!text) return "Say where the files are";
  if (kind === "s3") return null;
  return DRIVE_ID.test(driveId(text)) ? null : "This is neither the address nor the id of a folder";
}

/** The folder as the API takes it. */
export function folderSource(kind: FolderKind, where: string): Schemas["PrefixSource"] | Schemas["FolderSource"] {
  const text = where.trim();
  return kind === "s3" ? { kind, prefix: text } : { kind, folder: driveId(text) };
}

const driveId = (text: string): string => DRIVE_ADDRESS.exec(text)?.[1] ?? text;
