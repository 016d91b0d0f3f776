import { Outlet } from "@tanstack/react-router";

export function Library() {
  return <Outlet />;
}
