"""Words and sentences for titles and people that nobody made: names, plots and lives, in a few languages."""

from random import Random

LEFT = (
    "Amber", "Silent", "Northern", "Broken", "Distant", "Velvet", "Hollow", "Golden", "Winter", "Paper", "Crimson",
    "Hidden", "Restless", "Electric", "Forgotten", "Narrow", "Salt", "Second", "Borrowed", "Midnight",
)  # fmt: skip
RIGHT = (
    "Harbour", "Orchard", "Signal", "Causeway", "Letters", "Parade", "Lantern", "Estate", "Meridian", "Tide",
    "Assembly", "Garden", "Engine", "Border", "Chapter", "Summit", "Detective", "Kitchen", "Republic", "Voyage",
)  # fmt: skip
# By language: the first halves of titles, the second halves, and what joins them.
_TITLE_WORDS: dict[str, tuple[str, str, str]] = {
    "ja": (
        "春の 夏の 秋の 冬の 海の 森の 夜の 空の 雨の 星の",
        "約束 手紙 扉 物語 歌 家族 列車 食堂 探偵 記憶",
        "",
    ),
    "ko": (
        "푸른 하얀 검은 붉은 오래된 작은 깊은 조용한 낯선 마지막",
        "바다 편지 정원 기억 약속 도시 열차 식당 탐정 노래",
        " ",
    ),
    "es": (
        "La El Mi Otra Nuestra Aquella Última Primera Vieja Nueva",
        "casa camino mar carta noche fiesta luna sombra voz piel",
        " ",
    ),
    "fr": (
        "Le La Mon Notre Ce L'autre Un Une Dernier Premier",
        "jardin été voyage secret visage silence château marché écho hiver",
        " ",
    ),
    "de": (
        "Der Die Das Mein Unser Kein Letzter Erster Später Früher",
        "Garten Brief Fluss Schlüssel Winter Nachbar Gürtel Zug Käfig Gipfel",
        " ",
    ),
}
_TITLES = {code: (left.split(), right.split(), joint) for code, (left, right, joint) in _TITLE_WORDS.items()}

FIRST_NAMES = (
    "Ada", "Bram", "Chiara", "Dario", "Elif", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Keiko", "Lars", "Mina",
    "Noor", "Oskar", "Petra", "Quinn", "Rosa", "Sven", "Tomás", "Una", "Viktor", "Wanda", "Xavier", "Yara", "Zoltán",
    "Aoife", "Björn", "Céline", "Dmitri",
)  # fmt: skip
LAST_NAMES = (
    "Abbot", "Brandt", "Castellan", "Dahlgren", "Eriksen", "Fontane", "Greenhalgh", "Hartnoll", "Ivarsson", "Jelinek",
    "Kowalczyk", "Lindqvist", "Marchetti", "Nakagawa", "Okonjo", "Pemberton", "Quiroga", "Rasmussen", "Sato",
    "Thorne", "Ueda", "Vasquez", "Whitlock", "Yilmaz", "Zeller", "Ångström", "Bélanger", "Çelik", "Đurić",
    "Østergaard", "Łukasik",
)  # fmt: skip
PLACES = (
    "Leith, Scotland, UK", "Porto, Portugal", "Gdańsk, Poland", "Turin, Italy", "Busan, South Korea",
    "Halifax, Nova Scotia, Canada", "Rosario, Argentina", "Ghent, Belgium", "Malmö, Sweden", "Kanazawa, Japan",
    "Accra, Ghana", "Tucson, Arizona, USA", "Hull, England, UK", "Lyon, France", "Izmir, Turkey", "Cork, Ireland",
)  # fmt: skip
KEYWORDS = (
    "small town", "revenge", "friendship", "based on novel or book", "dystopia", "courtroom", "first love", "heist",
    "road trip", "family secret", "amnesia", "island", "winter", "journalist", "boarding school", "treasure hunt",
    "haunted house", "chess", "detective", "lighthouse", "musician", "politics", "rivalry", "space station", "train",
    "undercover", "village", "wedding", "workplace", "youth", "grief", "forgery", "orchestra", "harbor", "restaurant",
    "time loop", "letter", "neighbor", "sibling relationship", "stranded",
)  # fmt: skip
COMPANIES = (
    "Tideline Pictures", "North Quay Films", "Paper Lantern Productions", "Blue Ladder", "Hawthorn Street Media",
    "Studio Nordlys", "Cerro Alto Cine", "Maison Réverbère", "Kiri Works", "Glasshouse Entertainment",
)  # fmt: skip

_HEROES = (
    "a retired surveyor", "two sisters", "a young violinist", "the last ferryman", "a disgraced judge",
    "an apprentice cook", "a night-shift nurse", "a travelling salesman", "three schoolfriends", "a lighthouse keeper",
    "a reluctant heiress", "an amateur radio operator", "a courier without papers", "a widowed clockmaker",
)  # fmt: skip
_EVENTS = (
    "the harbour freezes over", "an unsigned letter arrives", "a railway line is closed", "the orchestra disappears",
    "an old map turns up at auction", "a storm cuts off the valley", "the mayor is found guilty",
    "a stranger claims the house", "the archive burns down", "a satellite falls into the lake",
)  # fmt: skip
_TASKS = (
    "find out who has been lying for thirty years", "cross the border before the week is over",
    "save the family restaurant", "choose between loyalty and the truth", "win back what was sold for nothing",
    "hide a witness nobody believes", "rebuild the only bridge", "finish a work begun by an enemy",
)  # fmt: skip
_TURNS = (
    "What begins as a favour becomes a search that neither of them can leave.",
    "Soon nobody in the district is above suspicion.",
    "Old debts come due, and the price is higher than anyone remembers.",
    "Over one long summer, everything they took for granted comes apart.",
    "Every answer leads further into a past that was meant to stay buried.",
    "Between comedy and heartbreak, an unlikely household learns to stay together.",
    "The closer they get, the less they are sure of each other.",
)
_PLOTS = {
    "de": (
        "Als {name} nach vielen Jahren in die Heimat zurückkehrt, ist dort nichts mehr, wie es war.",
        "Ein Brief ohne Absender führt {name} auf die Spur eines Geheimnisses, das ein ganzes Dorf hütet.",
        "Zwischen Pflicht und Freundschaft muss {name} eine Entscheidung treffen, die alles verändert.",
    ),
    "fr": (
        "De retour dans sa ville natale, {name} découvre que plus rien n'est comme avant.",
        "Une lettre anonyme met {name} sur la piste d'un secret que tout un village protège.",
        "Entre le devoir et l'amitié, {name} devra faire un choix qui changera tout.",
    ),
    "es": (
        "Al volver a su ciudad natal, {name} descubre que ya nada es como antes.",
        "Una carta anónima pone a {name} tras la pista de un secreto que guarda todo un pueblo.",
        "Entre el deber y la amistad, {name} tendrá que tomar una decisión que lo cambiará todo.",
    ),
    "it": (
        "Tornando nella città natale, {name} scopre che nulla è più come prima.",
        "Una lettera anonima mette {name} sulle tracce di un segreto custodito da un intero paese.",
        "Tra il dovere e l'amicizia, {name} dovrà fare una scelta che cambierà ogni cosa.",
    ),
    "pt": (
        "De volta à cidade natal, {name} descobre que nada é como antes.",
        "Uma carta anónima põe {name} na pista de um segredo guardado por toda a aldeia.",
        "Entre o dever e a amizade, {name} terá de fazer uma escolha que mudará tudo.",
    ),
    "ja": (
        "{name}は久しぶりに故郷へ戻り、すべてが変わってしまったことを知る。",
        "差出人のない手紙が、{name}を村の秘密へと導いていく。",
    ),
    "ko": (
        "오랜만에 고향으로 돌아온 {name}은 모든 것이 달라졌음을 알게 된다.",
        "보낸 이 없는 편지가 {name}을 마을의 비밀로 이끈다.",
    ),
}
_LIVES = (
    "{name} grew up in {place} and came to the stage by way of a school orchestra.",
    "After several seasons in repertory, {name} turned to film and television.",
    "Critics have praised the restraint of these performances, above all in smaller productions.",
    "{name} also teaches, writes for radio and has directed two short films.",
    "Between engagements {name} restores wooden boats with friends.",
    "A first leading role brought several regional prizes and the attention of a wider public.",
)


def english_title(serial: int) -> str:
    """Return the title number `serial`; from the 400th on it ends in a number."""
    name = f"{LEFT[serial % 20]} {RIGHT[serial // 20 % 20]}"
    return f"{name} {serial // 400 + 1}" if serial >= 400 else name


def foreign_title(language: str, serial: int) -> str | None:
    """Return the title number `serial` in a language, None for one without words."""
    words = _TITLES.get(language)
    if words is None:
        return None
    left, right, joint = words
    name = f"{left[serial % 10]}{joint}{right[serial // 10 % 10]}"
    return f"{name} {serial // 100 + 1}" if serial >= 100 else name


def person_name(serial: int) -> str:
    """Return the name of person number `serial`; 930 names, then with a middle initial."""
    first, last = FIRST_NAMES[serial % 30], LAST_NAMES[serial // 30 % 31]
    middle = serial // 930 % 27
    return f"{first} {chr(64 + middle)}. {last}" if middle else f"{first} {last}"


def plot(dice: Random) -> str:
    """Return an English overview of one to four sentences."""
    draw = dice.random
    start = _EVENTS[int(draw() * len(_EVENTS))]
    hero, task = _HEROES[int(draw() * len(_HEROES))], _TASKS[int(draw() * len(_TASKS))]
    first = int(draw() * len(_TURNS))
    turns = [_TURNS[(first + 2 * each) % len(_TURNS)] for each in range(int(draw() * 4))]
    return " ".join((f"When {start}, {hero} must {task}.", *turns))


def foreign_plot(language: str, serial: int) -> str:
    """Return an overview in a language, empty for one without sentences, as TMDB has none for most."""
    plots = _PLOTS.get(language)
    return plots[serial % len(plots)].format(name=person_name(serial)) if plots else ""


def life(dice: Random, name: str, place: str) -> str:
    """Return a biography of up to six sentences; most people have none or a short one."""
    count = int(dice.random() ** 2 * (len(_LIVES) + 1))
    return " ".join(sentence.format(name=name, place=place) for sentence in _LIVES[:count])
