import { edited, faultsOf, type Row } from './rows.ts';

describe('the check of the exceptions', () => {
  const cases: Row[] = [
    {
      title: 'an exception for everyone',
      edits: [['group:oncall@acme.com', 'allUsers']],
      faults: [
        '24:13: error: allUsers is everyone: an exception must not be for everyone, so name the members',
      ],
    },
    {
      title: 'an exception for everyone who is signed in',
      edits: [['group:oncall@acme.com', 'allAuthenticatedUsers']],
      faults: [
        '24:13: error: allAuthenticatedUsers is everyone: an exception must not be for everyone, so name the members',
      ],
    },
    {
      title: 'an exception for a domain',
      edits: [['group:oncall@acme.com', 'domain:acme.com']],
      faults: [
        '24:13: error: "domain:acme.com" is a whole domain: an exception must not be for everyone who joins it, so name a group or the members',
      ],
    },
    {
      title: 'an exception for all accounts of a customer',
      edits: [['group:oncall@acme.com', 'principalSet://goog/cloudIdentityCustomerId/C01']],
      faults: [
        '24:13: error: "principalSet://goog/cloudIdentityCustomerId/C01" is a whole domain: an exception must not be for everyone who joins it, so name a group or the members',
      ],
    },
    {
      title: 'an exception that has ended',
      edits: [['2027-03-01', '2026-11-22']],
      faults: [
        '27:14: warning: this exception has expired, and the audit reports it: leave it out, or write a later expiry',
      ],
    },
    {
      title: 'nothing about an exception of a year',
      edits: [['2027-03-01', '2027-11-22']],
      faults: [],
    },
    {
      title: 'an exception that ends in more than a year',
      edits: [['2027-03-01', '9999-12-31']],
      faults: [
        '27:14: warning: this is more than a year away: write an earlier end, and renew it then',
      ],
    },
    {
      title: 'a pause that ends in more than a year',
      edits: [['tickEvery: 1m', 'tickEvery: 1m\npaused: { until: 9999-01-01, reason: INC-1234 }']],
      faults: [
        '3:18: warning: this is more than a year away: write an earlier end, and renew it then',
      ],
    },
    {
      title: 'an exception for an email with a Cyrillic letter',
      edits: [['group:oncall@acme.com', 'group:onc\u0430ll@acme.com']],
      faults: [
        '24:13: error: "group:onc\\u0430ll@acme.com" contains U+0430, which no email has: type it again, because this character can look like another one, or be invisible',
      ],
    },
    {
      title: 'an exception for a bare email',
      edits: [['group:oncall@acme.com', 'oncall@acme.com']],
      faults: [
        '24:13: error: "oncall@acme.com" is not a member: write it as in IAM, for example group:oncall@acme.com, user:ada@acme.com or serviceAccount:…',
      ],
    },
    {
      title: 'an exception for a bare account',
      edits: [['group:oncall@acme.com', 'oncall@acme-ops.iam.gserviceaccount.com']],
      faults: ['24:13: error: write serviceAccount:oncall@acme-ops.iam.gserviceaccount.com'],
    },
    {
      title: 'an exception without an account',
      edits: [['- account: relay@acme-ops.iam.gserviceaccount.com\n    member', '- member']],
      faults: [
        '23:5: error: "account" is missing: write account: relay@acme-ops.iam.gserviceaccount.com',
      ],
    },
    {
      title: 'an exception without a reason',
      edits: [['    reason: break-glass, INC-1234\n', '']],
      faults: ['23:5: error: "reason" is missing: write reason: break-glass, INC-1234'],
    },
    {
      title: 'an exception without an owner',
      edits: [['    owner: platform@acme.com\n', '']],
      faults: ['23:5: error: "owner" is missing: write owner: platform@acme.com'],
    },
    {
      title: 'an exception that never expires',
      edits: [['    expires: 2027-03-01\n', '']],
      faults: ['23:5: error: "expires" is missing: write expires: 2027-03-01'],
    },
    {
      title: 'an exception with a blank reason',
      edits: [['reason: break-glass, INC-1234', 'reason: " "']],
      faults: ['25:13: error: this is empty: write reason: break-glass, INC-1234'],
    },
  ];
  it.each(cases)('reports $title, with its place and what to write', ({ edits, faults }) => {
    expect(faultsOf(edited(edits))).toEqual(faults);
  });
});
