import { basename } from 'node:path';
import { filesNamed, textOf } from './markdown.ts';

const page = textOf('docs/deployment/metrics.md');
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
    const ofAuditLog = ['human_secret_reads', 'chain_file_changes', 'sink_changes'].map((name) => {
      const [resource] = new RegExp(`(\\w+) += "hopmint/${name}`).exec(metricsTf)?.slice(1) ?? [];
      const [text = ''] = metricsTf
        .slice(metricsTf.indexOf(`"google_logging_metric" "${resource}"`))
        .split(/^\}/m);
      const labels = [...text.matchAll(/key = "(\w+)"/g)].map(([, label]) => label);
      return { name: `hopmint/${name}`, labels };
    });
    const [, labels = ''] =
      /metric_descriptor \{(.*?)^ {2}\}/ms.exec(textOf('deploy/terraform/status.tf')) ?? [];
    const ofScheduler = {
      name: 'hopmint/status_checks',
      labels: [...labels.matchAll(/key = "(\w+)"/g)].map(([, label = '']) => label),
    };
    const defined = [...counters, ...ofAuditLog, ofScheduler].map(({ name, labels }) => [
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

const PAGES = filesNamed('docs/runbooks/*.md').filter((page) => !page.endsWith('README.md'));
const nameOf = (page: string) => basename(page, '.md');

/** The alerts that deploy/terraform can switch off, which are all of them. */
const ALERTS = [
  ...(/contains\(\[([^\]]*)\], name\)/
    .exec(textOf('deploy/terraform/variables.tf'))?.[1]
    ?.matchAll(/"([a-z-]+)"/g) ?? []),
].map(([, name = '']) => name);

/** The sources with the events that functions log and the reasons of failures. */
const CODE = filesNamed('functions/*.ts', 'shared/domain/*.ts', 'shared/operations/*.ts')
  .map(textOf)
  .join('\n');

describe('docs/runbooks', () => {
  it('has a page for each alert, and one for a leak', () => {
    expect(ALERTS.length).toBeGreaterThan(5);
    expect(PAGES.map(nameOf).toSorted()).toEqual([...ALERTS, 'leak'].toSorted());
  });

  it('lists each page once', () => {
    const listed = [...textOf('docs/runbooks/README.md').matchAll(/\]\(([a-z-]+)\.md\)/g)];
    expect(listed.map(([, name]) => name).toSorted()).toEqual(PAGES.map(nameOf).toSorted());
  });

  it.each(PAGES)(
    '%s says what the alert means, how bad it is, what to do, and when it is over',
    (page) => {
      const text = textOf(page);
      expect(text).toContain(`# ${nameOf(page)}\n\n**Means.** `);
      expect(text).toContain('**Over when** ');
      if (nameOf(page) === 'leak') return;
      for (const part of ['**How bad.** ', '**Look first', '**What to do.**']) {
        expect(text).toContain(part);
      }
    },
  );

  it.each(PAGES)('%s filters the log by events and reasons that exist in the code', (page) => {
    const asked = [...textOf(page).matchAll(/jsonPayload\.(?:event|reason)=(\([^)]*\)|"[^"]*")/g)];
    const names = asked.flatMap(([, values = '']) =>
      [...values.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name),
    );
    expect(names.filter((name) => !CODE.includes(`'${name}'`))).toEqual([]);
  });
});

const README = textOf('deploy/terraform/README.md');
const file = (name: string) => textOf(`deploy/terraform/${name}.tf`);

/** The names in the first column of the table under a heading. */
const namesUnder = (heading: string): string[] => {
  const [, section = ''] = README.split(`\n## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  return [...own.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name = '']) => name);
};
const declared = (kind: 'variable' | 'output', text: string): string[] =>
  [...text.matchAll(new RegExp(`^${kind} "(\\w+)"`, 'gm'))].map(([, name = '']) => name);

describe('the README of the Terraform module', () => {
  it('lists each variable in its table, in the order of variables.tf and enterprise.tf', () => {
    const variables = `${file('variables')}\n${file('enterprise')}`;
    expect(namesUnder('Inputs')).toEqual(declared('variable', variables));
  });

  it('has no variable with a default that may be null: a root module passes null on', () => {
    const variables = `${file('variables')}\n${file('enterprise')}`.split(/^(?=variable ")/m);
    const wrong = variables.filter(
      (text) => /^ {2}default *= (?!null)/m.test(text) && !/^ {2}nullable *= false/m.test(text),
    );
    expect(wrong).toEqual([]);
  });

  it('lists each output in its table, in the order of outputs.tf', () => {
    expect(namesUnder('Outputs')).toEqual(declared('output', file('outputs')));
  });

  it('lists each alert in its table, and alerts_off accepts each', () => {
    const policies = ['alerts', 'uptime', 'status', 'slo'].map(file).join('\n');
    const alone = [...policies.matchAll(/display_name += "Hopmint: ([\w-]+)"/g)];
    const [, map = ''] = /^ {2}alerts = \{\n(.*?)^ {2}\}/ms.exec(file('alerts')) ?? [];
    const together = [...map.matchAll(/^ {4}([\w-]+) = \{/gm)];
    const named = [...alone, ...together].map(([, name]) => name);
    const alerts = [...new Set(named)].filter((name) => name !== 'status');
    expect([...namesUnder('Alerts')].sort()).toEqual([...alerts].sort());
    const [, off = ''] = /contains\(\[(.*?)\]/s.exec(file('variables')) ?? [];
    expect([...off.matchAll(/"([\w-]+)"/g)].map(([, name]) => name)).toEqual([...alerts].sort());
  });

  it('has a runbook for each of its alerts', () => {
    const runbooks = filesNamed('docs/runbooks/*.md');
    const wanted = namesUnder('Alerts').map((name) => `docs/runbooks/${name}.md`);
    expect(wanted.filter((path) => !runbooks.includes(path))).toEqual([]);
  });
});

describe('the metrics and alerts of deploy/terraform', () => {
  it('filter by events that the functions log', () => {
    const code = filesNamed('functions/*.ts', 'shared/telemetry/*.ts').map(textOf).join('\n');
    const logged = [...code.matchAll(/event: '([\w-]+)'/g)].map(([, event]) => event);
    const findings = ['opened', 'closed', 'open'].map((event) => `finding-${event}`); // alert-log-line.ts
    expect(code).toMatch(/event: `finding-\$\{event\}`/);
    const wanted = [file('metrics'), file('alerts')].flatMap((text) =>
      [...text.matchAll(/jsonPayload\.event=\(?((?:\\?"[\w-]+\\?"(?: OR )?)+)/g)].flatMap(
        ([, some = '']) => some.match(/[\w-]+(?=\\?")/g) ?? [],
      ),
    );
    expect(wanted.length).toBeGreaterThan(8);
    expect(wanted.filter((event) => ![...logged, ...findings].includes(event))).toEqual([]);
  });
});
