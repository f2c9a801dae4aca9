import { readFile } from 'node:fs/promises';
import { parseChainFiles } from '../../shared/domain/chain-file/parse.ts';
import { writtenFilesOf } from '../../shared/report/words/source.ts';

const sha256 = 'a'.repeat(64);
const NOW = new Date('2026-11-22T12:00:00Z');
const chainIn = (secret: string) =>
  `- { name: ${secret}, target: t@acme-data.iam.gserviceaccount.com, credential: { kind: id-token, audience: https://a.example.com }, secret: projects/acme-ops/secrets/${secret} }`;

describe('the files that chains are written in', () => {
  it.each([
    { path: 'chains.yaml', uri: 'chains.yaml' },
    { path: './deploy/chains.yaml', uri: 'deploy/chains.yaml' },
    { path: 'my chains#1.yaml', uri: 'my%20chains%231.yaml' },
    { path: '/srv/chains.yaml', uri: 'file:///srv/chains.yaml' },
    { path: 'gs://acme-chains/prod/chains.yaml', uri: 'gs://acme-chains/prod/chains.yaml' },
  ])('have URIs: $path', ({ path, uri }) => {
    expect(writtenFilesOf([], [{ path, sha256 }]).files).toEqual([{ uri, sha256 }]);
  });

  it('have each chain of the example on the line on which it begins', async () => {
    const text = await readFile(new URL('../../examples/chains.yaml', import.meta.url), 'utf8');
    const { file } = parseChainFiles([{ path: 'chains.yaml', text }], NOW);
    const { chains } = writtenFilesOf(file?.chains ?? [], [{ path: 'chains.yaml', sha256 }]);
    const lines = text.split('\n');
    expect(chains.size).toBe(lines.filter((line) => line.startsWith('  - name: ')).length);
    for (const [name, { line }] of chains) expect(lines[line - 1]).toBe(`  - name: ${name}`);
  });

  it('have each chain in its own file', () => {
    const texts = [
      {
        path: 'a.yaml',
        text: `caller: c@acme-ops.iam.gserviceaccount.com\nchains:\n${chainIn('one')}`,
      },
      { path: 'b.yaml', text: `chains:\n\n${chainIn('two')}` },
    ];
    const { file, faults } = parseChainFiles(texts, NOW);
    expect(faults.filter(({ severity }) => severity === 'error')).toEqual([]);
    const files = texts.map(({ path }) => ({ path, sha256 }));
    expect([...writtenFilesOf(file?.chains ?? [], files).chains]).toEqual([
      ['one', { file: 0, line: 3 }],
      ['two', { file: 1, line: 3 }],
    ]);
  });
});
