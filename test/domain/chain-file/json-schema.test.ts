import { readFile } from 'node:fs/promises';
import Ajv2020 from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { chainFileJsonSchema } from '../../../shared/domain/chain-file/schema/chain-file.ts';
import { edited, RIGHT } from './rows.ts';

const examples = new URL('../../../examples/', import.meta.url);
const accepts = new Ajv2020.default({ strict: false }).compile(chainFileJsonSchema());

describe('the JSON Schema of the chain file', () => {
  it('equals the file in the repository: npm run schema', async () => {
    const written = await readFile(new URL('chains.schema.json', examples), 'utf8');
    expect(JSON.parse(written)).toEqual(chainFileJsonSchema());
  });

  const right: { title: string; text: string }[] = [
    { title: 'one of each kind', text: RIGHT },
    {
      title: 'a unique ID that is not quoted',
      text: edited([[/target: vault.*/, 'target: 104857600000000000000']]),
    },
    {
      title: 'an account in capitals',
      text: edited([[/target: vault.*/, 'target: Vault@Acme-Data.iam.gserviceaccount.com']]),
    },
    {
      title: 'a pin',
      text: edited([
        [
          /target: vault.*/,
          'target: { email: vault@acme-data.iam.gserviceaccount.com, uniqueId: "104857600000000000000" }',
        ],
      ]),
    },
    {
      title: 'a pause',
      text: edited([['tickEvery: 1m', 'paused: { until: 2026-12-01, reason: INC-1234 }']]),
    },
    {
      title: 'a schedule of its own',
      text: edited([
        [
          'name: partner-api',
          'name: partner-api\n    rotateEvery: 90s\n    retryWindow: 1m\n    minValidity: 0s\n    format: header',
        ],
      ]),
    },
    { title: 'a blob in base64', text: edited([['text: release 42', 'base64: AAAA']]) },
    {
      title: 'no defaults, no exceptions',
      text: edited([
        [/defaults.*\n/, ''],
        [/exceptions:[\s\S]*/, ''],
      ]),
    },
  ];
  it.each(right)('accepts $title', ({ text }) => {
    expect(accepts(parse(text)) || accepts.errors).toBe(true);
  });

  const chains = edited([
    [/^caller[\s\S]*(?=chains:)/, ''],
    [/exceptions:[\s\S]*/, ''],
  ]);
  const settings = edited([[/chains:[\s\S]*(?=exceptions:)/, '']]);

  it.each([
    { file: 'only chains', text: chains },
    { file: 'only chains, and names its schema', text: `$schema: ./chains.schema.json\n${chains}` },
    { file: 'only an empty list of chains', text: 'chains: []\n' },
    { file: 'only settings', text: settings },
  ])('accepts a file of a folder that has $file', ({ text }) => {
    expect(accepts(parse(text)) || accepts.errors).toBe(true);
  });

  it.each([
    { file: 'chains and settings without the caller', text: edited([[/caller.*\n/, '']]) },
    { file: 'settings without the caller', text: settings.replace(/caller.*\n/, '') },
    { file: 'neither chains nor settings', text: '{}' },
    { file: 'only chains, one of them wrong', text: chains.replace('id-token', 'oidc') },
  ])('refuses a file of a folder that has $file', ({ text }) => {
    expect(accepts(parse(text))).toBe(false);
  });

  it('has a missing caller reported by name', () => {
    accepts(parse(settings.replace(/caller.*\n/, '')));
    expect(accepts.errors?.map(({ message }) => message)).toContain(
      "must have required property 'caller'",
    );
  });

  it('accepts the example', async () => {
    const text = await readFile(new URL('chains.yaml', examples), 'utf8');
    expect(accepts(parse(text)) || accepts.errors).toBe(true);
  });

  const wrong: { title: string; text: string }[] = [
    { title: 'an unknown key', text: edited([['tickEvery: 1m', 'tickevery: 1m']]) },
    { title: 'a duration without a unit', text: edited([['tickEvery: 1m', 'tickEvery: 60']]) },
    { title: 'an unknown kind', text: edited([['kind: id-token', 'kind: oidc']]) },
    {
      title: 'an ID token with a lifetime',
      text: edited([['kind: id-token', 'kind: id-token, lifetime: 1h']]),
    },
    {
      title: 'a version of a secret',
      text: edited([['secrets/partner-api', 'secrets/partner-api/versions/1']]),
    },
    { title: 'a chain without a target', text: edited([[/ {4}target: vault.*\n/, '']]) },
    {
      title: 'nine delegates',
      text: edited([[/delegates: .*/, `delegates: [${Array(9).fill('a@b').join(', ')}]`]]),
    },
  ];
  it.each(wrong)('refuses $title', ({ text }) => {
    expect(accepts(parse(text))).toBe(false);
  });

  it('describes every key', () => {
    const silent: string[] = [];
    const walk = (schema: unknown, path: string): void => {
      if (typeof schema !== 'object' || schema === null) return;
      for (const [key, value] of Object.entries(schema)) {
        if (key !== 'properties') {
          walk(value, `${path}/${key}`);
          continue;
        }
        for (const [name, property] of Object.entries(
          value as Record<string, { description?: string; const?: string }>,
        )) {
          if (!property.description && !property.const) silent.push(`${path}/${name}`);
          walk(property, `${path}/${name}`);
        }
      }
    };
    walk(chainFileJsonSchema(), '');
    expect(silent).toEqual([]);
  });
});
