import roles from '../../deploy/roles.json' with { type: 'json' };
import { CHECKS } from '../../shared/domain/doctor/checks.ts';
import { PERMISSION_OF_REQUEST } from '../../shared/google/wire/requests.ts';
import { filesNamed, textOf } from './markdown.ts';

type Row = { readonly section: string; readonly cells: readonly string[]; readonly line: string };

const SECTIONS = textOf('docs/assumptions.md').split('\n## ').slice(1);
const ROWS: readonly Row[] = SECTIONS.flatMap((text) =>
  text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) => ({
      section: text.slice(0, text.indexOf('\n')),
      line,
      cells: line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    })),
);
const codesIn = (text = '') => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
const under = (section: string) => ROWS.filter((row) => row.section === section);
/** The code at the start of each row. */
const firstOf = (section: string) => under(section).map(({ cells }) => codesIn(cells[0])[0] ?? '');
const codesOf = (section: string) =>
  new Set(under(section).flatMap(({ cells }) => codesIn(cells[0])));

const TERRAFORM = filesNamed('deploy/terraform/*.tf')
  .filter((path) => !path.includes('/examples/'))
  .map(textOf)
  .join('\n');
const found = (pattern: RegExp, text = TERRAFORM) => [
  ...new Set([...text.matchAll(pattern)].map(([, name = '']) => name)),
];

describe('docs/assumptions.md', () => {
  it('has rows with an assumption, dated evidence, what breaks, and what settles it', () => {
    expect(ROWS.length).toBeGreaterThan(100);
    const incomplete = ROWS.filter(
      ({ cells: [assumption = '', evidence = '', wrong = '', settled = ''], line }) =>
        line.split(/(?<!\\)\|/).length !== 6 ||
        [assumption, wrong].some((cell) => cell.length < 5) ||
        !/\b20\d\d-\d\d-\d\d\b/.test(evidence) ||
        !/^(`|none: .)/.test(settled),
    );
    expect(incomplete.map(({ line }) => line)).toEqual([]);
  });

  it('names checks that ./hopmint doctor has', () => {
    const named = ROWS.flatMap(({ cells }) => codesIn(cells[3]?.startsWith('`') ? cells[3] : ''));
    const unknown = named.filter((name) => !(name in CHECKS) && !name.startsWith('hopmint-'));
    expect(new Set(named).size).toBeGreaterThan(20);
    expect(unknown).toEqual([]);
  });

  it('has a row for each method of Google that we call, with its permission, and for no other', () => {
    const rows = under('Calls').map(({ cells }) => codesIn(cells[0]).join(' '));
    const called = [...PERMISSION_OF_REQUEST].map(([id, permission]) =>
      [id, ...(permission === undefined ? [] : [permission])].join(' '),
    );
    expect(rows.sort()).toEqual(called.sort());
  });

  it('has a row for each method that a comment in shared/google links to', () => {
    const sources = filesNamed('shared/google/*.ts', 'shared/reader/*.ts').map(textOf).join('\n');
    const links = found(
      /@see https:\/\/cloud\.google\.com\/\S*?\/(?:rest|json_api)\/(\S+)/g,
      sources,
    );
    const methods = links
      .filter((link) => !link.includes('#'))
      .filter((link) => /\/[a-z]\w*$/.test(link) && !/\/(sts|Policy)$/.test(link))
      .map((link) => link.replace(/^(v\d\w*\/)+/, '').replaceAll('/', '.'));
    const rows = firstOf('Calls');
    expect(methods.length).toBeGreaterThan(40);
    expect(methods.filter((method) => !rows.some((row) => row.endsWith(`.${method}`)))).toEqual([]);
  });

  it('has a row for each permission of our custom roles, and for no other', () => {
    const permissions = Object.values(roles).flatMap((role) => role.includedPermissions);
    expect(firstOf('Permissions').sort()).toEqual([...new Set(permissions)].sort());
  });

  it('names each role of Google that the deployment grants', () => {
    const granted = found(/"(roles\/[\w.]+)"/g);
    expect(granted.filter((role) => !codesOf('Roles').has(role))).toEqual([]);
    expect(codesOf('Roles')).toContain('roles/iam.serviceAccountTokenCreator');
  });

  it('names each log filter', () => {
    const counters = found(/"(hopmint\/\w+)(?:\$\{local\.suffix\})?"/g);
    const events = found(/jsonPayload\.event="([a-z-]+)"/g);
    const named = codesOf('Log filters');
    expect(counters.length).toBeGreaterThan(9);
    expect([...counters, ...events, 'log-sink.json'].filter((name) => !named.has(name))).toEqual(
      [],
    );
  });

  it("names each of Google's own metrics, and the selectors of objectives", () => {
    const filters = found(/metric\.type=\\"([a-z]+\.googleapis\.com\/[\w/]+)\\"/g).filter(
      (name) => !name.startsWith('logging.googleapis.com/user'),
    );
    const inPromQl = found(/\b([a-z]+_googleapis_com:\w+)/g).filter(
      (name) => !name.includes(':user_'),
    );
    const selectors = found(/\b(select_slo_\w+)/g);
    const named = [...codesOf('Metrics')];
    const asPromQl = (name: string) => {
      const [domain = '', ...path] = name.split('/');
      return `${domain.replaceAll('.', '_')}:${path.join('_')}`;
    };
    expect(filters.filter((name) => !named.includes(name))).toEqual([]);
    expect(inPromQl.filter((name) => !named.map(asPromQl).includes(name))).toEqual([]);
    expect(selectors.filter((name) => !named.includes(name))).toEqual([]);
    expect(filters.length + inPromQl.length + selectors.length).toBeGreaterThan(4);
  });
});
