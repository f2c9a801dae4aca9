import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { textOf } from '../../docs/markdown.ts';
import { documents, faultsOf } from './yaml-readers.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hopmint-yaml-'));
});
afterEach(() => rm(directory, { recursive: true }));

const blockOf = (page: string): string =>
  documents().find(({ at }) => at.startsWith(`${page}:`))?.text ?? '';

describe('YAML', () => {
  it.each(documents().map(({ at, text }) => [at, text]))(
    'of %s is what its reader takes',
    async (_at, text) => {
      expect(await faultsOf(text, directory)).toEqual([]);
    },
  );

  it.each([
    ['a build', textOf('cloudbuild.yaml'), '  - id: install\n', '  - idd: install\n'],
    ['a service', textOf('examples/cloud-run/service.yaml'), 'mountPath:', 'mountpath:'],
    ['a chain file', textOf('examples/chains.yaml'), 'tickEvery:', 'tickevery:'],
    ['a world', textOf('examples/world.yaml'), 'displayName:', 'displayname:'],
    ['an external secret', blockOf('docs/reading.md'), 'refreshInterval:', 'refreshinterval:'],
    ['anything else', 'replicas: 3\n', 'replicas', 'replicas'],
  ])('would be refused with a fault: %s', async (_what, text, right, wrong) => {
    expect(text).toContain(right);
    expect(await faultsOf(text.replace(right, wrong), directory)).toHaveLength(1);
  });
});
