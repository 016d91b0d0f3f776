import { Outlet } from "@tanstack/react-router";

export function Admin() {
  return <Outlet />;
}
