import { readFileSync } from 'node:fs';
import { ROUTES } from '../../shared/domain/iam/runs-as/routes.ts';

const text = readFileSync(new URL('../../docs/runs-as.md', import.meta.url), 'utf8');
const rows = text.split('\n').flatMap((line) => {
  const [, name, by, permissions, , source] = line.split(' | ').length === 5 ? cellsOf(line) : [];
  return name?.startsWith('`') ? [{ name: name.slice(1, -1), by, permissions, source }] : [];
});

function cellsOf(line: string): string[] {
  return line.split('|').map((cell) => cell.trim());
}

it('lists every route of the audit with its permissions, its source and its fix', () => {
  expect(rows.map(({ name }) => name).sort()).toEqual(ROUTES.map(({ name }) => name).sort());
  for (const { name, by, permissions, source, fix } of ROUTES) {
    expect(rows.find((row) => row.name === name)).toEqual({
      name,
      by,
      permissions: permissions.map((one) => `\`${one}\``).join(' '),
      source: `[Google](${source})`,
    });
    expect(text.toLowerCase()).toContain(fix.toLowerCase());
  }
  const counted = readFileSync(new URL('../../CHANGELOG.md', import.meta.url), 'utf8');
  expect(counted).toContain(`the audit knows ${ROUTES.length} routes`);
});
