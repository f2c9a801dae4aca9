import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../../cli/arguments/program.ts';
import roles from '../../../deploy/roles.json' with { type: 'json' };
import { CHAINS, type OperatedWorld, openOperatedWorld } from '../../cli/operated-world.ts';
import { textOf } from '../../docs/markdown.ts';

// The second table of docs/deployment/least-privilege.md: each command runs with the roles that the page names, and is refused without.

const ADA = 'user:least@acme.com';
const BUCKET = 'acme-ops-hopmint-chains';
const PUBLISHED = `gs://${BUCKET}/chains.jsonl`;
const PROJECTS = ['projects/acme-ops', 'projects/acme-data'];
const RELAY = 'projects/acme-ops/serviceAccounts/relay@acme-ops.iam.gserviceaccount.com';

type Grant = { readonly role: string; readonly on: readonly string[] };
type Row = { readonly words: string; readonly grants: readonly Grant[]; readonly exits: number };

const ROWS: readonly Row[] = [
  {
    words: `publish --yes --to ${PUBLISHED}`,
    grants: [{ role: 'hopmintPublisher', on: [`buckets/${BUCKET}`] }],
    exits: 0,
  },
  {
    words: 'apply --yes --wait 0',
    grants: [
      { role: 'roles/iam.serviceAccountAdmin', on: PROJECTS },
      { role: 'roles/secretmanager.admin', on: PROJECTS },
      { role: 'roles/iam.roleAdmin', on: PROJECTS },
      { role: 'roles/browser', on: PROJECTS },
    ],
    exits: 0,
  },
  {
    words: 'plan',
    grants: [
      { role: 'roles/iam.serviceAccountViewer', on: PROJECTS },
      { role: 'roles/secretmanager.viewer', on: PROJECTS },
      { role: 'roles/iam.roleViewer', on: PROJECTS },
      { role: 'roles/browser', on: PROJECTS },
    ],
    exits: 0,
  },
  { words: 'audit', grants: [{ role: 'hopmintAudit', on: PROJECTS }], exits: 1 },
  { words: 'status', grants: [{ role: 'hopmintFanout', on: PROJECTS }], exits: 0 },
  {
    words: 'tick',
    grants: [{ role: 'roles/pubsub.publisher', on: ['projects/acme-ops/topics/hopmint-tick'] }],
    exits: 0,
  },
  {
    words: 'mint billing-export',
    grants: [{ role: 'roles/iam.serviceAccountTokenCreator', on: [RELAY] }],
    exits: 0,
  },
  {
    words: 'read billing-export',
    grants: [
      {
        role: 'roles/secretmanager.secretAccessor',
        on: ['projects/acme-ops/secrets/billing-export'],
      },
    ],
    exits: 0,
  },
];

let world: OperatedWorld;
let directory: string;
beforeEach(async () => {
  world = await openOperatedWorld();
  directory = await mkdtemp(join(tmpdir(), 'hopmint-least-'));
  await writeFile(join(directory, 'chains.yaml'), CHAINS);
  await world.rotation.tick();
});
afterEach(async () => {
  await world.close();
  await rm(directory, { recursive: true });
});

/** The name of a role, and its definition in the project of the resource if it is one of ours. */
const nameOf = (role: string, on: string): string =>
  role.startsWith('roles/')
    ? role
    : `${on.startsWith('projects/') ? on.split('/').slice(0, 2).join('/') : PROJECTS[0]}/roles/${role}`;

function grant(grants: readonly Grant[]): void {
  const { state } = world.rotation.local;
  for (const { role, on } of grants) {
    for (const resource of on) {
      const name = nameOf(role, resource);
      if (!role.startsWith('roles/')) {
        const { includedPermissions } = roles[role as keyof typeof roles];
        state.roles.set(name, {
          ...[...state.roles.values()][0],
          name,
          includedPermissions,
          etag: 'BwXhqDVL0fE=',
          deleted: false,
        } as never);
      }
      const policy = state.policies.get(resource);
      const bindings = [...(policy?.bindings ?? []), { role: name, members: [ADA] }];
      state.policies.set(resource, { ...policy, bindings });
    }
  }
}

async function run(words: string) {
  const { io, written } = await world.as(ADA);
  const exit = await runCommand(['-f', join(directory, 'chains.yaml'), ...words.split(' ')], io);
  return { exit, ...written };
}

describe('a command with the roles of the page, and with no others,', () => {
  it.each(ROWS)('works: $words', async ({ words, grants, exits }) => {
    expect((await run(words)).err).toContain('Google refused');
    grant(grants);
    const { exit, err } = await run(words);
    expect({ err, exit }).toMatchObject({ exit: exits });
    const page = textOf('docs/deployment/least-privilege.md');
    for (const { role } of grants) expect(page).toContain(`\`${role}\``);
  });
});
