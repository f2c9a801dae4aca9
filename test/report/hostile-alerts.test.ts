import { alertLine } from '../../functions/audit/alert-log-line.ts';
import { allOpen } from '../../shared/domain/audit/alerts/alerts.ts';
import { isPrintable } from '../../shared/domain/basics/printable.ts';
import { explanationText } from '../../shared/report/explanation.ts';
import { reachText } from '../../shared/report/words/reach.ts';
import { grant, report, withGrants } from '../domain/audit/audit-world.ts';
import { HOSTILE_ROWS } from '../domain/hostile.ts';
import { CREATOR, READER_POLICY } from '../domain/iam/snapshots.ts';

describe.each(HOSTILE_ROWS)('a member and a condition that contain $title', ({ text }) => {
  const audited = report(
    withGrants(
      READER_POLICY,
      grant(`user:${text}`, CREATOR, `request.time > timestamp("${text}")`),
    ),
  );

  it('give an alert on one line without hidden characters', () => {
    for (const alert of allOpen(audited)) {
      const { fields, message } = alertLine(alert);
      expect([message, ...Object.values(fields)].every((one) => isPrintable(String(one)))).toBe(
        true,
      );
    }
  });

  it('give one line about another member who can get a credential', () => {
    const reach = audited.chains[0]?.reach ?? [];
    expect(reach).toHaveLength(1);
    const shown = explanationText({
      name: 'a',
      kind: 'access-token',
      secret: 's',
      hops: [],
      reach,
    });
    expect(shown.split('\n')).toHaveLength(
      explanationText({ name: 'a', kind: 'access-token', secret: 's', hops: [], reach: [] }).split(
        '\n',
      ).length + 3,
    );
    expect(reach.map(reachText)).toHaveLength(1);
  });
});
