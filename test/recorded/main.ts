import { readFile } from 'node:fs/promises';
import { parseRecording } from './exchange.ts';
import { type Outcome, replay } from './replay.ts';

const [file] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('npm run recorded -- FILE\n');
  process.exit(2);
}

const startedAt = new Date();
const outcomes: (Outcome & { readonly scenario: string })[] = [];
for (const [scenario, exchanges] of Object.entries(parseRecording(await readFile(file, 'utf8')))) {
  for (const outcome of await replay(exchanges, () => startedAt))
    outcomes.push({ scenario, ...outcome });
}

/** The differences by cause: the method of the API, and the field. */
const causes = new Map<string, { count: number; example: string }>();
for (const { scenario, exchange, state, differences } of outcomes) {
  if (state === 'agrees') continue;
  const method = `${exchange.method} ${exchange.host} ${pattern(exchange.path)}`;
  const lines = state === 'no method' ? ['no such method'] : differences;
  for (const line of new Set(lines.map((l) => l.replace(/\.\d+(?=[.:])/g, '.*')))) {
    const cause = `${method}\n      ${line.length > 300 ? `${line.slice(0, 300)}…` : line}`;
    const before = causes.get(cause);
    causes.set(cause, { count: (before?.count ?? 0) + 1, example: before?.example ?? scenario });
  }
}
for (const [cause, { count, example }] of [...causes].sort(([, a], [, b]) => b.count - a.count)) {
  console.log(`${String(count).padStart(5)}  ${cause}\n      (${example})`);
}

const count = (state: Outcome['state']) =>
  outcomes.filter((outcome) => outcome.state === state).length;
const [agrees, differs] = [count('agrees'), count('differs')];
const share = agrees / (agrees + differs);
console.log(
  `\n${outcomes.length} exchanges: ${agrees} agree, ${differs} differ, ${count('no method')} call a method that the local cloud lacks, ${count('not sent')} could not be sent`,
);
console.log(`${(100 * share).toFixed(1)} % of the exchanges with a method agree`);
process.exitCode = share >= 0.97 ? 0 : 1;

function pattern(path: string): string {
  return (
    path
      .split('?')[0]
      ?.replace(/[\w.-]*\$\{\w+\}[\w.-]*/g, '*')
      .replace(/\/\d{4,}/g, '/*') ?? ''
  );
}
