import { Menu } from "@mantine/core";
import { IconLogout, IconSettings, IconShieldCog } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";

import { useAuth } from "@/auth/Auth";

import { AccountIcon } from "./AccountIcon";
import { pages } from "./pages";
import { useScheme } from "./scheme";

/** Who is signed in, with what is theirs alone and the ways that the header has no room for. */
export function Account() {
  const { email, isAdmin, signOut } = useAuth();
  const { toggle, next, icon } = useScheme();
  return (
    <Menu position="bottom-end" width={240} withinPortal>
      <Menu.Target>
        <AccountIcon />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label style={{ overflowWrap: "anywhere" }}>{email}</Menu.Label>
        {pages.slice(1).map(({ to, label }) => (
          <Menu.Item key={to} component={Link} to={to} hiddenFrom="md">
            {label}
          </Menu.Item>
        ))}
        <Menu.Item component={Link} to="/settings" leftSection={<IconSettings size={16} aria-hidden />}>
          Settings and my data
        </Menu.Item>
        {isAdmin ? (
          <Menu.Item component={Link} to="/admin" leftSection={<IconShieldCog size={16} aria-hidden />}>
            Operations
          </Menu.Item>
        ) : null}
        <Menu.Item onClick={toggle} leftSection={icon}>
          {next === "dark" ? "Dark" : "Light"} appearance
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={signOut} leftSection={<IconLogout size={16} aria-hidden />}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
