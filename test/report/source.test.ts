import { readFile } from 'node:fs/promises';
import { sourceIn } from '../../shared/report/words/source.ts';

describe('a chain file, for who points into it', () => {
  const places: [place: string, uri: string][] = [
    ['chains.yaml', 'chains.yaml'],
    ['./deploy/chains.yaml', 'deploy/chains.yaml'],
    ['my chains#1.yaml', 'my%20chains%231.yaml'],
    ['/srv/chains.yaml', 'file:///srv/chains.yaml'],
    ['gs://acme-chains/prod/chains.yaml', 'gs://acme-chains/prod/chains.yaml'],
  ];
  it.each(places)('%s is at %s', (place, uri) => {
    expect(sourceIn(place, '').uri).toBe(uri);
  });

  it('has each chain of the example on the line that begins it', async () => {
    const text = await readFile(new URL('../../examples/chains.yaml', import.meta.url), 'utf8');
    const { lines } = sourceIn('chains.yaml', text);
    const written = text.split('\n');
    expect(lines.size).toBe(written.filter((line) => line.startsWith('  - name: ')).length);
    for (const [name, line] of lines) expect(written[line - 1]).toBe(`  - name: ${name}`);
  });

  const texts: [title: string, text: string, lines: [string, number][]][] = [
    ['JSON', '{"chains": [\n{"target": "t",\n"name": "a"}]}', [['a', 2]]],
    ['nothing', '', []],
    ['no chains', 'caller: x', []],
    ['chains that are none', 'chains: 7', []],
    ['a chain without a name', 'chains:\n  - target: t\n  -\n  - name: b', [['b', 4]]],
  ];
  it.each(texts)('has lines where it is %s', (_title, text, lines) => {
    expect([...sourceIn('c', text).lines]).toEqual(lines);
  });
});
