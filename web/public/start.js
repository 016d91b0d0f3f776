// Runs before the first paint; a file of its own because the content security policy allows no inline script.
(function () {
  var root = document.documentElement;
  var storage = { chosen: null, isSignedIn: false };
  try {
    storage.chosen = localStorage.getItem("mantine-color-scheme-value");
    storage.isSignedIn = Object.keys(sessionStorage).some((key) => key.startsWith("oidc.user:"));
  } catch {
    // A browser that forbids storage gets what its system prefers.
  }
  var prefersDark = matchMedia("(prefers-color-scheme: dark)").matches;
  var isDark = storage.chosen === "dark" || (storage.chosen !== "light" && prefersDark);
  root.setAttribute("data-mantine-color-scheme", isDark ? "dark" : "light");

  // Which of the two beginnings in index.html is shown until the app is there.
  root.setAttribute("data-opening", location.pathname === "/" && !storage.isSignedIn ? "landing" : "page");

  // The page that is opened is fetched beside what all pages need, not after it. The build writes which files it takes.
  var pages = JSON.parse(document.currentScript.dataset.pages || "{}");
  var opened = Object.keys(pages).find((path) =>
    path.endsWith("*") ? location.pathname.startsWith(path.slice(0, -1)) : location.pathname === path,
  );
  (pages[opened] || []).forEach((file) => {
    var link = document.createElement("link");
    var isStyle = file.endsWith(".css");
    link.rel = isStyle ? "preload" : "modulepreload";
    if (isStyle) link.as = "style";
    link.crossOrigin = "";
    link.href = file;
    document.head.append(link);
  });
})();
