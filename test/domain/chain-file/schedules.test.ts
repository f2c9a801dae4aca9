import { edited, faultsOf, type Row } from './rows.ts';

describe('the check of the schedules', () => {
  const cases: Row[] = [
    {
      title: 'a schedule from the defaults that is impossible',
      edits: [['rotateEvery: 30m', 'rotateEvery: 44m']],
      faults: [
        '5:5: error: this schedule is impossible: rotateEvery 44m + tickEvery 1m + retryWindow 10m + minValidity 5m + 1m of clock skew = 61m, more than the lifetime of 1h: write rotateEvery: 43m or less, or write lifetime: 61m or more',
        '10:5: error: this schedule is impossible: rotateEvery 44m + tickEvery 1m + retryWindow 10m + minValidity 5m + 1m of clock skew = 61m, more than the 1h that Google fixes for ID tokens: write rotateEvery: 43m or less',
        '14:5: error: this schedule is impossible: rotateEvery 44m + tickEvery 1m + retryWindow 10m + minValidity 5m + 1m of clock skew = 61m, more than the lifetime of 1h: write rotateEvery: 43m or less, or write lifetime: 61m or more',
      ],
    },
    {
      title: 'a chain that rotates too late',
      edits: [['name: billing-export', 'name: billing-export\n    rotateEvery: 44m']],
      faults: [
        '6:18: error: this schedule is impossible: rotateEvery 44m + tickEvery 1m + retryWindow 10m + minValidity 5m + 1m of clock skew = 61m, more than the lifetime of 1h: write rotateEvery: 43m or less, or write lifetime: 61m or more',
      ],
    },
    {
      title: 'a lifetime that is too short',
      edits: [['auth/bigquery] }', 'auth/bigquery], lifetime: 10m }']],
      faults: [
        '8:101: error: this schedule is impossible: rotateEvery 30m + tickEvery 1m + retryWindow 10m + minValidity 5m + 1m of clock skew = 47m, more than the lifetime of 10m: write lifetime: 47m or more',
      ],
    },
    {
      title: 'an ID token under defaults for longer ones',
      edits: [['lifetime: 1h, rotateEvery: 30m', 'lifetime: 12h, rotateEvery: 6h']],
      faults: [
        '3:23: warning: signed JWTs of 12h are refused by Google’s own APIs, which accept at most 1h: write lifetime: 1h, unless another service accepts the JWT',
        '3:23: hint: access tokens over 1h need the target in the allowed values of constraints/iam.allowServiceAccountCredentialLifetimeExtension: check that it is there, or write lifetime: 1h',
        '10:5: error: this schedule is impossible: rotateEvery 6h + tickEvery 1m + retryWindow 10m + minValidity 5m + 1m of clock skew = 377m, more than the 1h that Google fixes for ID tokens: write rotateEvery: 43m or less',
      ],
    },
    {
      // cert-manager/cert-manager#3396, #3813 and #1214: an impossible schedule was accepted, and looped.
      title: 'a retry window longer than any lifetime',
      edits: [['name: release-stamp', 'name: release-stamp\n    retryWindow: 12h']],
      faults: [
        '19:18: error: this schedule is impossible: rotateEvery 30m + tickEvery 1m + retryWindow 12h + minValidity 5m + 1m of clock skew = 757m, more than the 12h for which Google keeps the signing key: shorten retryWindow and minValidity to 688m together',
      ],
    },
    {
      title: 'a chain that rotates between two ticks',
      edits: [
        ['tickEvery: 1m', 'tickEvery: 5m'],
        ['name: release-stamp', 'name: release-stamp\n    rotateEvery: 4m'],
      ],
      faults: [
        '19:18: error: rotateEvery 4m is less than tickEvery 5m, and a chain rotates only on a tick: write rotateEvery: 5m or more',
      ],
    },
    {
      title: 'a chain that rotates every minute',
      edits: [['name: release-stamp', 'name: release-stamp\n    rotateEvery: 1m']],
      faults: [
        '19:18: error: a chain cannot rotate twice within 2m: write rotateEvery: 2m or more',
      ],
    },
    {
      title: 'too many planned writes',
      edits: [
        ['tickEvery: 1m', 'writesPerMinute: 2'],
        ['rotateEvery: 30m', 'rotateEvery: 6m'],
      ],
      faults: [
        '4:1: error: 4 chains write to the secrets of acme-ops 2 times a minute (3 for each of 0.7 rotations), more than 1.4, which is 70 % of writesPerMinute 2: rotate them 1.5 times less often, or keep some secrets in another project',
      ],
    },
    {
      title: 'a name twice',
      edits: [['name: partner-api', 'name: billing-export']],
      faults: [
        '10:11: error: "billing-export" is already the name of the chain at chains.yaml:5: write another name',
      ],
    },
    {
      title: 'a secret twice',
      edits: [['secrets/partner-api', 'secrets/billing-export']],
      faults: [
        '13:13: error: projects/acme-ops/secrets/billing-export is already the secret of the chain at chains.yaml:5: give each chain its own secret',
      ],
    },
    {
      title: 'windows longer than any schedule',
      edits: [['name: release-stamp', 'name: release-stamp\n    rotateEvery: 12h']],
      faults: [
        '19:18: error: this schedule is impossible: rotateEvery 12h + tickEvery 1m + retryWindow 10m + minValidity 5m + 1m of clock skew = 737m, more than the 12h for which Google keeps the signing key: write rotateEvery: 703m or less',
      ],
    },
    {
      title: 'a pause without a reason',
      edits: [['name: partner-api', 'name: partner-api\n    paused: { until: 2026-12-01 }']],
      faults: ['11:13: error: "reason" is missing: write reason: INC-1234'],
    },
    {
      title: 'a pause without an end',
      edits: [['name: partner-api', 'name: partner-api\n    paused: { reason: INC-1234 }']],
      faults: ['11:13: error: "until" is missing: write until: 2026-12-01'],
    },
    {
      title: 'a pause until a day that does not exist',
      edits: [['tickEvery: 1m', 'paused: { until: 2027-02-29, reason: INC-1234 }']],
      faults: ['2:18: error: "2027-02-29" does not exist in the calendar: write until: 2026-12-01'],
    },
    {
      title: 'a pause until a time without a zone',
      edits: [['tickEvery: 1m', 'paused: { until: 2026-12-01T09:00:00, reason: INC-1234 }']],
      faults: [
        '2:18: error: "2026-12-01T09:00:00" is not a date: write until: 2026-12-01, or a time with its zone, as in 2027-03-01T09:00:00Z',
      ],
    },
  ];
  it.each(cases)('reports $title, with its place and what to write', ({ edits, faults }) => {
    expect(faultsOf(edited(edits))).toEqual(faults);
  });
});
