import { Accordion, List, Text } from "@mantine/core";
import { IconBrandApple, IconBrandGoogle, IconMail } from "@tabler/icons-react";

const programs = [
  {
    id: "google",
    name: "Google Calendar",
    icon: IconBrandGoogle,
    steps: [
      "Copy the link above.",
      "On a computer, open calendar.google.com. Beside Other calendars press +, then From URL.",
      "Paste the link and press Add calendar.",
    ],
    note: "Your phone then shows it as well. Google asks for news in its own time, which may be once a day.",
  },
  {
    id: "apple",
    name: "Apple Calendar",
    icon: IconBrandApple,
    steps: [
      "On an iPhone, iPad or Mac, press Open in my calendar program above and then Subscribe.",
      "Or paste it yourself: on a Mac in Calendar under File, New Calendar Subscription; on an iPhone in Calendar under Calendars, Add Calendar, Add Subscription Calendar.",
    ],
    note: "On a Mac you can choose how often it refreshes.",
  },
  {
    id: "outlook",
    name: "Outlook",
    icon: IconMail,
    steps: [
      "Copy the link above.",
      "In Outlook on the web or the new Outlook, open the calendar, then Add calendar, Subscribe from web.",
      "Paste the link, give it a name and press Import.",
    ],
    note: "Outlook asks for news every few hours.",
  },
];

/** How to give the link to the usual calendar programs. */
export function CalendarHowTo() {
  return (
    <Accordion variant="separated" order={3}>
      {programs.map(({ id, name, icon: Icon, steps, note }) => (
        <Accordion.Item key={id} value={id}>
          <Accordion.Control icon={<Icon size={20} aria-hidden />}>{name}</Accordion.Control>
          <Accordion.Panel>
            <List type="ordered" size="sm" spacing={4}>
              {steps.map((step) => (
                <List.Item key={step}>{step}</List.Item>
              ))}
            </List>
            <Text size="sm" c="dimmed" mt="xs">
              {note}
            </Text>
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}
