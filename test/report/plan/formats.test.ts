import { commandOf } from '../../../shared/domain/apply/gcloud-commands.ts';
import type { Inventory } from '../../../shared/domain/apply/inventory.ts';
import { differencesOf, planDocumentOf } from '../../../shared/report/plan/json.ts';
import { planText, servesText } from '../../../shared/report/plan/text.ts';
import {
  bound,
  CREATOR,
  chainOf,
  EMPTY,
  FULL,
  fileOf,
  NOW,
  onAccount,
  ops,
  plan,
  SECRET,
  sa,
  secretOf,
  withPolicy,
} from '../../domain/apply/plan-world.ts';

describe('a plan as text', () => {
  it('makes invisible characters of a condition visible', () => {
    const condition = { title: 't', expression: 'true // \u202e\u0007' };
    const inventory = withPolicy(onAccount(ops('relay')), {
      ...bound(CREATOR, sa(ops('minter'))),
      condition,
    });
    const text = planText(plan(fileOf([chainOf()]), inventory));
    expect(text).toContain('under the condition "true // \\u{202e}\\u0007"');
  });

  it('marks each added line once', () => {
    const kinds: string[] = [];
    planText(plan(fileOf([chainOf()]), EMPTY), [], (kind, line) => {
      if (line.startsWith('+')) kinds.push(kind);
      return line;
    });
    expect(new Set(kinds)).toEqual(new Set(['add']));
  });

  it('names only three of a thousand chains', () => {
    const serves = Array.from({ length: 1000 }, (_, i) => ({ chain: `c${i}`, hop: 1 }));
    expect(servesText(serves)).toBe('hop 1 of c0, hop 1 of c1, hop 1 of c2 and 997 more');
  });

  const sums: { title: string; inventory: Inventory; sum: string }[] = [
    {
      title: 'everything',
      inventory: EMPTY,
      sum: 'To add: 1 role, 1 secret, 3 grants. Nothing is removed.',
    },
    {
      title: 'nothing',
      inventory: FULL,
      sum: 'Nothing to do: IAM and Secret Manager have everything that the chain file needs.',
    },
    {
      title: 'a label',
      inventory: { ...FULL, secrets: new Map([[SECRET, secretOf({ labels: {} })]]) },
      sum: 'To add: 1 label. Nothing is removed.',
    },
    {
      title: 'only an obstacle',
      inventory: {
        ...FULL,
        accounts: new Map([...FULL.accounts, [ops('relay'), 'missing' as const]]),
      },
      sum: 'Obstacles: 1, marked with "!". Apply does nothing for their chains.',
    },
  ];
  it.each(sums)('sums up a plan with $title to do', ({ inventory, sum }) => {
    expect(
      planText(plan(fileOf([chainOf()]), inventory))
        .trimEnd()
        .split('\n')
        .at(-1),
    ).toBe(sum);
  });
});

describe('a plan as JSON', () => {
  const document = planDocumentOf(plan(fileOf([chainOf()]), EMPTY), 'abc', NOW);
  const saved = JSON.parse(JSON.stringify(document)) as object;

  it('is equal after it was saved and read', () => {
    expect(differencesOf(saved, document)).toEqual([]);
  });

  const others: { title: string; other: unknown; parts: string[] }[] = [
    { title: 'nothing', other: undefined, parts: ['all of it'] },
    { title: 'a list', other: [], parts: ['all of it'] },
    {
      title: 'a later plan, which is equal',
      other: { ...saved, generatedAt: '2027-01-01T00:00:00Z' },
      parts: [],
    },
    { title: 'a plan that says it is empty', other: { ...saved, empty: true }, parts: ['empty'] },
    { title: 'a plan without steps', other: { ...saved, steps: [] }, parts: ['steps'] },
    { title: 'a plan with another field', other: { ...saved, x: 1 }, parts: ['x'] },
  ];
  it.each(others)('names the fields in which $title differs', ({ other, parts }) => {
    expect(differencesOf(other, document)).toEqual(parts);
  });
});

describe('a command of a plan', () => {
  const create = (replication: Parameters<typeof chainOf>[0]) =>
    plan(fileOf([chainOf(replication)]), EMPTY)
      .steps.filter((step) => step.do === 'create-secret')
      .map(commandOf)
      .join('\n');

  const replications: { title: string; part: Parameters<typeof chainOf>[0]; command: string }[] = [
    {
      title: 'everywhere',
      part: {},
      command:
        'gcloud secrets create billing --project=acme-ops --labels=managed-by=hopmint --replication-policy=automatic',
    },
    {
      title: 'everywhere, with a key',
      part: { replication: { automatic: true, kmsKey: 'projects/p/k' } },
      command:
        'gcloud secrets create billing --project=acme-ops --labels=managed-by=hopmint --replication-policy=automatic --kms-key-name=projects/p/k',
    },
    {
      title: 'in regions',
      part: {
        replication: { automatic: false, replicas: [{ location: 'a1' }, { location: 'b1' }] },
      },
      command:
        'gcloud secrets create billing --project=acme-ops --labels=managed-by=hopmint --replication-policy=user-managed --locations=a1,b1',
    },
    {
      title: 'in regions, with a key for each',
      part: { replication: { automatic: false, replicas: [{ location: 'a1', kmsKey: 'k' }] } },
      command: `printf %s '{"userManaged":{"replicas":[{"location":"a1","customerManagedEncryption":{"kmsKeyName":"k"}}]}}' | gcloud secrets create billing --project=acme-ops --labels=managed-by=hopmint --replication-policy-file=-`,
    },
  ];
  it.each(replications)('creates a secret that is stored $title', ({ part, command }) => {
    expect(create(part)).toBe(command);
  });

  it('passes the end of a grant as a condition, with gcloud’s escaping', () => {
    const file = fileOf([chainOf()], { grantForSeconds: 86_400 });
    expect(plan(file, EMPTY).steps.map(commandOf).at(-1)).toBe(
      `gcloud iam service-accounts add-iam-policy-binding reader@acme-data.iam.gserviceaccount.com --project=acme-data --member=serviceAccount:relay@acme-ops.iam.gserviceaccount.com --role=${CREATOR} --condition='expression=request.time < timestamp("2026-11-24T00:00:00Z"),title=hopmint until 2026-11-24'`,
    );
  });
});
