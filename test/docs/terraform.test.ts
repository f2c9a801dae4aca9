import { filesNamed, textOf } from './markdown.ts';

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
  it('lists each variable in its table, in the order of variables.tf', () => {
    expect(namesUnder('Inputs')).toEqual(declared('variable', file('variables')));
  });

  it('lists each output in its table, in the order of outputs.tf', () => {
    expect(namesUnder('Outputs')).toEqual(declared('output', file('outputs')));
  });

  it('lists each alert in its table, and alerts_off accepts each', () => {
    const policies = [file('alerts'), file('uptime')].join('\n');
    const alone = [...policies.matchAll(/display_name += "Hopmint: ([\w-]+)"/g)];
    const [, map = ''] = /^ {2}alerts = \{\n(.*?)^ {2}\}/ms.exec(file('alerts')) ?? [];
    const together = [...map.matchAll(/^ {4}([\w-]+) = \{/gm)];
    const alerts = [...alone, ...together].map(([, name]) => name).filter((n) => n !== 'status');
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
    const code = filesNamed('functions/*.ts').map(textOf).join('\n');
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
