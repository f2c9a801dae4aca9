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
  documents().find(({ place }) => place.startsWith(`${page}:`))?.text ?? '';

describe('YAML', () => {
  it.each(documents())('in $place is accepted by its reader', async ({ text }) => {
    expect(await faultsOf(text, directory)).toEqual([]);
  });

  it.each([
    {
      what: 'a build',
      text: textOf('cloudbuild.yaml'),
      right: '  - id: bundle\n',
      wrong: '  - idd: install\n',
    },
    {
      what: 'a service',
      text: textOf('examples/cloud-run/service.yaml'),
      right: 'mountPath:',
      wrong: 'mountpath:',
    },
    {
      what: 'a chain file',
      text: textOf('examples/chains.yaml'),
      right: 'tickEvery:',
      wrong: 'tickevery:',
    },
    {
      what: 'a world',
      text: textOf('examples/world.yaml'),
      right: 'displayName:',
      wrong: 'displayname:',
    },
    {
      what: 'an external secret',
      text: blockOf('docs/reading.md'),
      right: 'refreshInterval:',
      wrong: 'refreshinterval:',
    },
    { what: 'an unknown document', text: 'replicas: 3\n', right: 'replicas', wrong: 'replicas' },
  ])('with a fault is refused in $what', async ({ text, right, wrong }) => {
    expect(text).toContain(right);
    expect(await faultsOf(text.replace(right, wrong), directory)).toHaveLength(1);
  });
});
