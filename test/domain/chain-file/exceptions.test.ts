import { edited, faultsOf, type Row } from './rows.ts';

describe('the check of the exceptions', () => {
  const cases: Row[] = [
    [
      'an exception for everyone',
      [['group:oncall@acme.com', 'allUsers']],
      [
        '24:13: error: allUsers is everyone: an exception must not be for everyone, so name the members',
      ],
    ],
    [
      'an exception for everyone who is signed in',
      [['group:oncall@acme.com', 'allAuthenticatedUsers']],
      [
        '24:13: error: allAuthenticatedUsers is everyone: an exception must not be for everyone, so name the members',
      ],
    ],
    [
      'an exception for a bare email',
      [['group:oncall@acme.com', 'oncall@acme.com']],
      [
        '24:13: error: "oncall@acme.com" is not a member: write it as in IAM, for example group:oncall@acme.com, user:ada@acme.com or serviceAccount:…',
      ],
    ],
    [
      'an exception for a bare account',
      [['group:oncall@acme.com', 'oncall@acme-ops.iam.gserviceaccount.com']],
      ['24:13: error: write serviceAccount:oncall@acme-ops.iam.gserviceaccount.com'],
    ],
    [
      'an exception without an account',
      [['- account: relay@acme-ops.iam.gserviceaccount.com\n    member', '- member']],
      ['23:5: error: "account" is missing: write account: relay@acme-ops.iam.gserviceaccount.com'],
    ],
    [
      'an exception without a reason',
      [['    reason: break-glass, INC-1234\n', '']],
      ['23:5: error: "reason" is missing: write reason: break-glass, INC-1234'],
    ],
    [
      'an exception without an owner',
      [['    owner: platform@acme.com\n', '']],
      ['23:5: error: "owner" is missing: write owner: platform@acme.com'],
    ],
    [
      'an exception that never expires',
      [['    expires: 2027-03-01\n', '']],
      ['23:5: error: "expires" is missing: write expires: 2027-03-01'],
    ],
    [
      'an exception with a blank reason',
      [['reason: break-glass, INC-1234', 'reason: " "']],
      ['25:13: error: this is empty: write reason: break-glass, INC-1234'],
    ],
  ];
  it.each(cases)('reports %s, with its place and what to write', (_title, edits, faults) => {
    expect(faultsOf(edited(edits))).toEqual(faults);
  });
});
