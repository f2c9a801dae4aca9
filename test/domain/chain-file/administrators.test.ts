import { parseChainFiles } from '../../../shared/domain/chain-file/parse.ts';
import { faultsOf, RIGHT } from './rows.ts';

const ADMINISTRATOR = {
  member: 'group:org-admins@acme.com',
  on: 'organizations/900000000001',
  reviewed: '2026-11-01',
};
/** The administrators are on line 29 and the lines after it. */
const fileWith = (...administrators: Partial<typeof ADMINISTRATOR>[]) =>
  `${RIGHT}administrators:\n${administrators.map((one) => `  - ${JSON.stringify(one)}\n`).join('')}`;
const changed = (edit: Partial<typeof ADMINISTRATOR>) => fileWith({ ...ADMINISTRATOR, ...edit });

describe('a declared administrator', () => {
  const accepted = [
    { title: 'of an organization', on: 'organizations/900000000001' },
    { title: 'of a folder', on: 'folders/800000000001' },
    { title: 'of a project', on: 'projects/acme-ops' },
    { title: 'of a project of a domain', on: 'projects/example.com:acme-ops' },
    {
      title: 'of an account',
      on: 'projects/acme-ops/serviceAccounts/relay@acme-ops.iam.gserviceaccount.com',
    },
  ];
  it.each(accepted)('is kept: $title', ({ on }) => {
    const { file } = parseChainFiles(
      [{ path: 'chains.yaml', text: changed({ on }) }],
      new Date('2026-11-22T12:00:00Z'),
    );
    expect(file?.administrators).toEqual([
      { ...ADMINISTRATOR, on, reviewed: new Date('2026-11-01T00:00:00Z') },
    ]);
  });

  const refused: { title: string; text: string; faults: string[] }[] = [
    {
      title: 'that is everyone',
      text: changed({ member: 'allAuthenticatedUsers' }),
      faults: [
        '29:15: error: allAuthenticatedUsers is everyone: an administrator must not be everyone, so name the members',
      ],
    },
    {
      title: 'that is a domain',
      text: changed({ member: 'domain:acme.com' }),
      faults: [
        '29:15: error: "domain:acme.com" is a whole domain: an administrator must not be everyone who joins it, so name a group or the members',
      ],
    },
    {
      title: 'without the day of a review',
      text: fileWith({ member: ADMINISTRATOR.member, on: ADMINISTRATOR.on }),
      faults: ['29:5: error: "reviewed" is missing: write reviewed: 2026-11-01'],
    },
    {
      title: 'on a project by its number',
      text: changed({ on: 'projects/700000000001' }),
      faults: ['29:48: error: write the ID of the project, not its number'],
    },
    {
      title: 'on an account without its project',
      text: changed({ on: 'relay@acme-ops.iam.gserviceaccount.com' }),
      faults: [
        '29:48: error: write the project too: projects/P/serviceAccounts/relay@acme-ops.iam.gserviceaccount.com',
      ],
    },
    {
      title: 'on a secret',
      text: changed({ on: 'projects/acme-ops/secrets/one' }),
      faults: [
        '29:48: error: "projects/acme-ops/secrets/one" is not a resource above a chain: write on: organizations/900000000001, or a folder, a project or an account',
      ],
    },
    {
      title: 'that is listed twice',
      text: fileWith(ADMINISTRATOR, { ...ADMINISTRATOR, member: 'group:Org-Admins@acme.com' }),
      faults: [
        '30:15: error: group:Org-Admins@acme.com is already an administrator of organizations/900000000001: leave one out',
      ],
    },
    {
      title: 'with a review in the future',
      text: changed({ reviewed: '2026-11-23' }),
      faults: [
        '29:88: error: this day is in the future: write the day on which somebody reviewed this',
      ],
    },
    {
      title: 'with a review more than a year ago',
      text: changed({ reviewed: '2025-11-01' }),
      faults: [
        '29:88: warning: nobody has reviewed this administrator for more than a year: ask whether the member still needs this power, and write the new day',
      ],
    },
    {
      title: 'in a list without any',
      text: `${RIGHT}administrators: []\n`,
      faults: ['28:17: error: there is no administrator: name at least one, or leave this key out'],
    },
  ];
  it.each(refused)('is reported, with its place: one $title', ({ text, faults }) => {
    expect(faultsOf(text)).toEqual(faults);
  });
});
