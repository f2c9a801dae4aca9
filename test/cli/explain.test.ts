import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explain } from '../../cli/commands/explain/explain.ts';
import { answerQuestion } from '../../cli/commands/explain/questions.ts';
import { type LocalCloud, startLocalCloud } from '../../local/cloud.ts';
import { holding } from './holding.ts';
import { recordingIo } from './recording-io.ts';

const MINTER = 'minter@acme-ops.iam.gserviceaccount.com';
const RELAY = 'relay@acme-ops.iam.gserviceaccount.com';
const READER = 'reader@acme-data.iam.gserviceaccount.com';
const CREATOR = 'roles/iam.serviceAccountTokenCreator';

const file = `
caller: ${MINTER}
tickEvery: 1m
defaults: { lifetime: 1h, rotateEvery: 30m }
chains:
  - name: billing-export
    delegates: [${RELAY}]
    target: ${READER}
    credential: { kind: access-token, scopes: [https://www.googleapis.com/auth/cloud-platform] }
    secret: projects/acme-ops/secrets/billing-export
  - name: by-id
    delegates: ["100000000000000000002"]
    target: "100000000000000000003"
    credential: { kind: id-token, audience: https://partner.example.com }
    secret: projects/acme-ops/secrets/by-id
`;
const read = holding(file);
const given = { source: 'chains.yaml', json: false };
const grant = (from: string, to: string, project: string) =>
  `gcloud iam service-accounts add-iam-policy-binding ${to} --member=serviceAccount:${from} --role=${CREATOR} --condition=None --project=${project}`;

describe('hopmint explain, from the chain file alone', () => {
  // google-github-actions/auth#336: users did not know what `delegates` contains, in which order, and which role is needed where.
  it('draws the chain, and shows which account needs which permission on which account, and the command that grants it', async () => {
    const { io, written } = recordingIo();
    expect(await explain({ ...given, chain: 'billing-export' }, io, read)).toBe(0);
    expect(written.err).toBe('');
    expect(written.out.split('\n')).toEqual([
      'billing-export: access-token, stored in projects/acme-ops/secrets/billing-export',
      '',
      `  ${MINTER}`,
      `    ──► ${RELAY}`,
      `    ──► ${READER}`,
      '',
      `  1. ${MINTER} needs iam.serviceAccounts.implicitDelegation on ${RELAY}`,
      `     ${grant(MINTER, RELAY, 'acme-ops')}`,
      `  2. ${RELAY} needs iam.serviceAccounts.getAccessToken on ${READER}`,
      `     ${grant(RELAY, READER, 'acme-data')}`,
      '',
    ]);
  });

  it('draws a short chain in one line', async () => {
    const { io, written } = recordingIo();
    const chain = file.replace(`    delegates: [${RELAY}]\n`, '');
    const short = holding(chain);
    await explain({ ...given, chain: 'billing-export' }, io, short);
    expect(written.out).toContain(`\n  ${MINTER} ──► ${READER}\n`);
  });

  it('says what it cannot know about accounts that are named by unique ID', async () => {
    const { io, written } = recordingIo();
    await explain({ ...given, chain: 'by-id' }, io, read);
    expect(written.out).toContain(
      'a grant names an email, but only the unique ID of 100000000000000000002 is known',
    );
  });

  it('explains every chain if none is named', async () => {
    const { io, written } = recordingIo();
    await explain(given, io, read);
    expect(written.out).toMatch(/^billing-export: .*^by-id: /ms);
  });

  it('prints JSON for machines', async () => {
    const { io, written } = recordingIo();
    await explain({ ...given, json: true }, io, read);
    const { chains } = JSON.parse(written.out) as {
      chains: { name: string; hops: { grant?: { gcloud: string } }[] }[];
    };
    expect(chains.map(({ name, hops }) => [name, hops.length])).toEqual([
      ['billing-export', 2],
      ['by-id', 2],
    ]);
    expect(chains[0]?.hops[0]?.grant?.gcloud).toBe(grant(MINTER, RELAY, 'acme-ops'));
  });

  it.each([
    {
      reaction: 'suggests a chain with a similar name',
      chain: 'biling-exprot',
      says: 'did you mean billing-export?',
    },
    {
      reaction: 'lists the chains if no name is similar',
      chain: 'zebra',
      says: 'there are billing-export, by-id',
    },
  ])('$reaction', async ({ chain, says }) => {
    const { io, written } = recordingIo();
    expect(await explain({ ...given, chain }, io, read)).toBe(2);
    expect(written).toEqual({
      out: '',
      err: `chains.yaml: no chain is called "${chain}": ${says}\n`,
    });
  });
});

describe('hopmint explain --live', () => {
  let local: LocalCloud;
  let directory: string;
  const policy = (...bindings: object[]) => ({ policy: { version: 3, bindings } });
  const to = (...members: string[]) => ({ role: CREATOR, members });
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'explain-'));
    local = await startLocalCloud({
      seed: {
        projects: [
          {
            id: 'acme-ops',
            ...policy({ role: 'roles/iam.securityAuditor', members: ['user:ada@acme.com'] }),
          },
          {
            id: 'acme-data',
            ...policy({ role: 'roles/iam.securityAuditor', members: ['user:ada@acme.com'] }),
          },
        ],
        accounts: [
          { email: MINTER, uniqueId: '100000000000000000001' },
          {
            email: RELAY,
            uniqueId: '100000000000000000002',
            ...policy(to(`serviceAccount:${MINTER}`)),
          },
          {
            email: READER,
            uniqueId: '100000000000000000003',
            ...policy(to('user:eve@acme.com'), {
              ...to(`serviceAccount:${RELAY}`),
              condition: {
                title: 'ended',
                expression: 'request.time < timestamp("2020-01-01T00:00:00Z")',
              },
            }),
          },
        ],
      },
    });
  });
  afterAll(async () => {
    await local.close();
    await rm(directory, { recursive: true });
  });

  const ioOf = async (account: string) => {
    const answer = await fetch(`${local.url}/_local/token`, {
      method: 'POST',
      body: JSON.stringify({ account }),
    });
    const { accessToken } = (await answer.json()) as { accessToken: string };
    const tokenFile = join(directory, 'token');
    await writeFile(tokenFile, accessToken);
    return recordingIo({
      HOPMINT_CLOUD: local.url,
      CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: tokenFile,
    });
  };

  it('shows for each hop whether it is granted, and why, and exits 1 if one is not', async () => {
    const { io, written } = await ioOf('user:ada@acme.com');
    expect(await explain({ ...given, chain: 'by-id', live: true }, io, read)).toBe(1);
    expect(written.err).toBe('LOCAL: this command used the local cloud, not Google\n');
    const resource = `projects/acme-data/serviceAccounts/${READER}`;
    expect(written.out.slice(written.out.indexOf('  1.')).split('\n')).toEqual([
      `  1. ok: ${MINTER} needs iam.serviceAccounts.implicitDelegation on 100000000000000000002`,
      `     + ${CREATOR} on projects/acme-ops/serviceAccounts/${RELAY}: it grants the permission`,
      `         for serviceAccount:${MINTER}`,
      '     - 1 binding of another role for other members',
      '  2. missing: 100000000000000000002 needs iam.serviceAccounts.getOpenIdToken on 100000000000000000003',
      `     ${grant(RELAY, READER, 'acme-data')}`,
      `     - ${CREATOR} on ${resource}: the account is not a member`,
      '         for user:eve@acme.com',
      `     - ${CREATOR} on ${resource}: its condition does not hold`,
      `         for serviceAccount:${RELAY}`,
      '         if request.time < timestamp("2020-01-01T00:00:00Z"): no',
      '     - 1 binding of another role for other members',
      '',
      '  others who can get it:',
      `     user:eve@acme.com: iam.serviceAccounts.getOpenIdToken on ${READER}`,
      '',
    ]);
  });

  const unevaluated = [
    { title: 'a macro', expression: '[1].exists(x, x == 1)', why: 'has a macro' },
    {
      title: 'a long sum',
      expression: `${'1+'.repeat(1900)}1 > 0`,
      why: 'is nested more than 100',
    },
    { title: '5,000 spaces', expression: `true${' '.repeat(5000)}`, why: 'is longer than 4 KiB' },
  ];
  it.each(unevaluated)('says why a condition with $title is not evaluated', async (row) => {
    const resource = `projects/acme-data/serviceAccounts/${READER}`;
    const policy = local.state.policies.get(resource);
    if (!policy) throw new Error('the target has no policy');
    const binding = {
      ...to(`serviceAccount:${RELAY}`),
      condition: { title: row.title, expression: row.expression },
    };
    local.state.policies.set(resource, { ...policy, bindings: [binding] });
    try {
      const { io, written } = await ioOf('user:ada@acme.com');
      expect(await explain({ ...given, chain: 'by-id', live: true }, io, read)).toBe(1);
      expect(written.out).toContain('  2. unknown:');
      expect(written.out).toContain(`is unknown, because the condition ${row.why}`);
    } finally {
      local.state.policies.set(resource, policy);
    }
  });

  it('exits 3 if it may read nothing', async () => {
    const { io, written } = await ioOf('user:nobody@acme.com');
    expect(await explain({ ...given, chain: 'by-id', live: true }, io, read)).toBe(3);
    expect(written.out).toBe('');
    expect(written.err).toMatch(/nothing could be read: .* Google answered 403/);
  });

  it('lists everyone who can get the credential, and what no policy shows', async () => {
    const { io, written } = await ioOf('user:ada@acme.com');
    expect(await answerQuestion({ ...given, chain: 'by-id' }, io, read)).toBe(0);
    expect(written.out.split('\n').slice(0, 12)).toEqual([
      'by-id: 2 members can get its credential, or may be able to; the chain file does not declare 1 of them',
      '',
      '  yes: user:eve@acme.com',
      '     not declared in the chain file',
      `     1. user:eve@acme.com has iam.serviceAccounts.getOpenIdToken on ${READER}: ${CREATOR} on projects/acme-data/serviceAccounts/${READER}`,
      '     when: now',
      '     kinds: access-token, id-token, signed-jwt, signed-blob',
      '',
      `  yes: serviceAccount:${READER}`,
      '     declared: the target itself',
      '     kinds: access-token, id-token, signed-jwt, signed-blob',
      '',
    ]);
    expect(written.out).toContain('not in any policy, so not in this answer:\n  domain-wide');
  });

  it.each([
    { member: 'user:eve@acme.com', answer: 'yes', exit: 0 },
    { member: `serviceAccount:${RELAY}`, answer: 'no', exit: 1 },
    { member: 'allUsers', answer: 'no', exit: 1 },
  ])('answers $answer for $member, with exit $exit', async ({ member, answer, exit }) => {
    const { io, written } = await ioOf('user:ada@acme.com');
    const asked = { ...given, json: true, chain: 'by-id', principal: member };
    expect(await answerQuestion(asked, io, read)).toBe(exit);
    expect(JSON.parse(written.out)).toMatchObject({
      chain: 'by-id',
      member,
      answer,
      cloud: 'LOCAL',
      coverage: { unread: [] },
    });
  });

  it.each([
    { title: 'a malformed member', asked: { chain: 'by-id', principal: 'eve@acme.com' } },
    { title: 'a question without a chain', asked: {} },
    { title: 'a question about an unknown chain', asked: { chain: 'zebra' } },
  ])('refuses $title before it needs an identity', async ({ asked }) => {
    const { io, written } = recordingIo();
    expect(await answerQuestion({ ...given, ...asked }, io, read)).toBe(2);
    expect(written.out).toBe('');
    expect(written.err).toMatch(/write user:eve@acme.com|name the chain|no chain is called/);
  });

  it('refuses a local cloud on another machine, so that no token leaves this one', async () => {
    const { io, written } = recordingIo({ HOPMINT_CLOUD: 'http://cloud.example.com' });
    expect(await explain({ ...given, live: true }, io, read)).toBe(2);
    expect(written.err).toMatch(/HOPMINT_CLOUD: write a loopback address/);
  });
});
