import { filesNamed, textOf } from './markdown.ts';

const page = textOf('docs/metrics.md');
const metricsTf = textOf('deploy/terraform/metrics.tf');
const alertsTf = filesNamed('deploy/terraform/*.tf').map(textOf).join('\n');

/** The rows of the table under a heading, each as the texts of its cells. */
const rowsOf = (heading: string): string[][] => {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const lines = (section.split('\n## ')[0] ?? '').split('\n');
  const cells = lines
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  return cells;
};
const codeIn = (cell = ''): string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
const firsts = (heading: string): string[] => rowsOf(heading).flatMap(([cell]) => codeIn(cell));

/** The events in the sources of the functions. The three events of findings have a computed name there. */
const eventsLogged = (): Set<string> => {
  const sources = filesNamed('functions/*.ts', 'shared/operations/*.ts', 'shared/telemetry/*.ts')
    .map(textOf)
    .join('\n');
  const written = [...sources.matchAll(/\bevent: (?:\w+ \? )?['`]([a-z$][\w${}-]*)['`]/g)];
  return new Set(
    written.flatMap(([, name = '']) =>
      name === `finding-\${event}`
        ? ['opened', 'closed', 'open'].map((event) => `finding-${event}`)
        : [name],
    ),
  );
};

/** Each counter of the Terraform module: its name, the events in its filter, and its labels. */
const counters = [
  ...metricsTf.matchAll(
    /"(hopmint\/\w+)" = \{\s+description +=.+\s+filter += "(.+)"\s+labels += \{(.*)\}/g,
  ),
].map(([, name = '', filter = '', labels = '']) => ({
  name,
  events: [...filter.matchAll(/\\"([a-z-]+)\\"/g)].map(([, event = '']) => event),
  labels: [...labels.matchAll(/(\w+) = /g)].map(([, label = '']) => label),
}));

describe('The catalogue of metrics', () => {
  it('has one row for each event that the code logs, and no other row', () => {
    const logged = eventsLogged();
    expect(logged.size).toBeGreaterThan(12);
    expect(firsts('Events').sort()).toEqual([...logged].sort());
  });

  it('has one row for each gauge of the audit, and no other row', () => {
    const sources = textOf('shared/report/prometheus.ts');
    const gauges = [...sources.matchAll(/gauge\(\s*'(\w+)'/g)].map(([, name]) => `hopmint_${name}`);
    expect(gauges.length).toBeGreaterThan(8);
    expect(firsts('Gauges').sort()).toEqual(gauges.sort());
  });

  it('has one row for each counter of the Terraform module, with its labels', () => {
    expect(counters.length).toBeGreaterThan(6);
    const humanReads = metricsTf.slice(metricsTf.indexOf('"human_reads"'));
    const humanReadsCounter = {
      name: 'hopmint/human_secret_reads',
      labels: [...humanReads.matchAll(/key = "(\w+)"/g)].map(([, label]) => label),
    };
    const defined = [...counters, humanReadsCounter].map(({ name, labels }) => [
      name,
      [...labels].sort(),
    ]);
    const documented = rowsOf('Counters').map(([name, , labels]) => [
      codeIn(name)[0],
      codeIn(labels).sort(),
    ]);
    expect(documented.sort()).toEqual(defined.sort());
  });

  it('names the events that each counter counts, and the code logs each of them', () => {
    const logged = eventsLogged();
    const documented = new Map(
      rowsOf('Counters').map(([name, counts]) => [codeIn(name)[0], counts]),
    );
    for (const { name, events } of counters) {
      const counted = events.filter((event) => logged.has(event));
      expect(counted.length).toBeGreaterThan(0);
      expect(
        codeIn(documented.get(name))
          .filter((code) => logged.has(code))
          .sort(),
      ).toEqual(counted.sort());
    }
  });

  it('names the counters that each alert uses', () => {
    const named = [...alertsTf.matchAll(/^ {4}([a-z-]+) = \{\n {6}severity/gm)];
    const single = [...alertsTf.matchAll(/hopmint = "([a-z-]+)"/g)];
    const alerts = new Set([...named, ...single].map(([, name = '']) => name));
    const documented = new Map(
      rowsOf('Alerts').map(([link = '', uses]) => [/\[(.+)\]/.exec(link)?.[1], codeIn(uses)]),
    );
    expect([...documented.keys()].sort()).toEqual([...alerts].sort());
    for (const [, name = ''] of named) {
      const [, behind = ''] = alertsTf.split(`\n    ${name} = {\n`);
      const block = behind.split('\n    }\n')[0] ?? '';
      const used = [...block.matchAll(/counter\["(.+?)"\]/g)].map(([, counter = '']) => counter);
      const counted = documented
        .get(name)
        ?.filter((code) => counters.some((each) => each.name === code));
      expect(counted?.sort()).toEqual([...new Set(used)].sort());
    }
  });
});
