import { pause } from '../../../cli/commands/pause/pause.ts';
import { changesBetween } from '../../../cli/commands/publish/changes.ts';
import roles from '../../../deploy/roles.json' with { type: 'json' };
import type { ChainFile } from '../../../shared/domain/chain/chain.ts';
import { parseChainFiles } from '../../../shared/domain/chain-file/parse.ts';
import { fileOf, openPublishWorld, PIPELINE, PUBLISH_TO } from './world.ts';

describe('Changes:', () => {
  const NOW = new Date('2026-11-22T12:00:00Z');
  const BASE = `caller: minter@acme-ops.iam.gserviceaccount.com
chains:
  - name: billing
    delegates: [relay@acme-ops.iam.gserviceaccount.com]
    target: reader@acme-data.iam.gserviceaccount.com
    credential: { kind: id-token, audience: https://a.example.com }
    secret: projects/acme-ops/secrets/billing
`;

  const fileOf = (text: string): ChainFile => {
    const { file, faults } = parseChainFiles([{ path: 'chains.yaml', text }], NOW);
    if (!file) throw new Error(JSON.stringify(faults));
    return file;
  };
  const edited = (from: string, to: string): ChainFile => {
    expect(BASE).toContain(from);
    return fileOf(BASE.replace(from, to));
  };

  describe('the changes of a chain', () => {
    const SECRET = 'secret: projects/acme-ops/secrets/billing';
    it.each([
      {
        title: 'another audience',
        file: edited('a.example.com', 'b.example.com'),
        changes: ['audience https://a.example.com -> https://b.example.com'],
        rotates: true,
      },
      {
        title: 'another kind',
        file: edited(
          'kind: id-token, audience: https://a.example.com',
          'kind: access-token, scopes: [https://www.googleapis.com/auth/pubsub]',
        ),
        changes: ['kind id-token -> access-token'],
        rotates: true,
      },
      {
        title: 'another target',
        file: edited('target: reader@', 'target: writer@'),
        changes: [
          'target reader@acme-data.iam.gserviceaccount.com -> writer@acme-data.iam.gserviceaccount.com',
        ],
        rotates: true,
      },
      {
        title: 'no delegate any more',
        file: edited('    delegates: [relay@acme-ops.iam.gserviceaccount.com]\n', ''),
        changes: ['delegates'],
        rotates: true,
      },
      {
        title: 'another caller',
        file: edited('caller: minter@', 'caller: other@'),
        changes: [],
        rotates: true,
      },
      {
        title: 'new readers',
        file: edited(SECRET, `${SECRET}\n    readers: [group:team@acme.com]`),
        changes: ['readers'],
        rotates: false,
      },
      {
        title: 'a pause',
        file: edited(SECRET, `${SECRET}\n    paused: { until: 2026-12-01, reason: INC-1 }`),
        changes: ['paused none -> until 2026-12-01T00:00:00.000Z'],
        rotates: false,
      },
    ])('are named: $title', ({ file, changes, rotates }) => {
      expect(changesBetween(fileOf(BASE), file).changed).toEqual([
        { name: 'billing', changes, rotates },
      ]);
    });

    it('are none for another line, another order of keys, or a comment', () => {
      const moved = fileOf(`# The chains of billing\n${BASE}`);
      expect(changesBetween(fileOf(BASE), moved)).toEqual({
        added: [],
        changed: [],
        removed: [],
        unchanged: 1,
        settings: [],
      });
    });
  });

  describe('the changes of the settings', () => {
    it.each([
      {
        title: 'a caller',
        file: edited('caller: minter@', 'caller: other@'),
        setting: /^caller minter@\S+ -> other@/,
      },
      { title: 'a time', file: fileOf(`${BASE}tickEvery: 2m\n`), setting: /^tickEvery 1m -> 2m$/ },
      {
        title: 'an end of grants',
        file: fileOf(`${BASE}grantFor: 90d\n`),
        setting: /^grantFor none -> 90d$/,
      },
      {
        title: 'an exception',
        file: fileOf(
          `${BASE}exceptions: [{ account: relay@acme-ops.iam.gserviceaccount.com, member: group:oncall@acme.com, reason: INC-1, owner: a@acme.com, expires: 2027-03-01 }]\n`,
        ),
        setting: /^exceptions$/,
      },
    ])('are named: $title', ({ file, setting }) => {
      expect(changesBetween(fileOf(BASE), file).settings).toEqual([expect.stringMatching(setting)]);
    });
  });

  it('a first publish adds every chain and changes no setting', () => {
    expect(changesBetween(undefined, fileOf(BASE))).toMatchObject({
      added: ['billing'],
      settings: [],
    });
  });
});

describe('Permissions:', () => {
  const ALL = roles.hopmintPublisher.includedPermissions;

  /** The exit codes of a first publish, a second publish, and a pause, by an account with these permissions. */
  async function exitsWith(permissions: readonly string[]): Promise<number[]> {
    const world = await openPublishWorld(permissions);
    try {
      const options = { account: PIPELINE };
      await world.write({ 'chains.yaml': fileOf(['one']) });
      const first = await world.publish({ yes: true }, options);
      await world.write({ 'chains.yaml': fileOf(['one', 'two']) });
      const second = await world.publish({ yes: true }, options);
      const { io } = await world.as(PIPELINE);
      const paused = {
        source: PUBLISH_TO,
        json: false,
        chain: 'one',
        until: '1h',
        reason: 'INC-1',
      };
      return [first.exit, second.exit, await pause(paused, io)];
    } finally {
      await world.close();
    }
  }

  describe('the role hopmintPublisher', () => {
    it('is enough to publish, to publish again, and to pause', async () => {
      expect(await exitsWith(ALL)).toEqual([0, 0, 0]);
    });

    it.each(ALL)('needs %s', async (permission) => {
      const exits = await exitsWith(ALL.filter((one) => one !== permission));
      expect(exits.filter((exit) => exit !== 0)).not.toEqual([]);
    });
  });
});
