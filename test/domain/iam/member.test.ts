import { isSameMemberText, parseMember } from '../../../shared/domain/iam/member.ts';

/** The Kelvin sign, which `toLowerCase` turns into a k. */
const KELVIN = '\u212a';

describe('a member with a letter that only looks like another', () => {
  const members = [
    { plain: 'user:kai@acme.com' },
    { plain: 'group:kin@acme.com' },
    { plain: 'domain:kite.com' },
    { plain: 'serviceAccount:key@acme-ops.iam.gserviceaccount.com' },
    { plain: 'principal://goog/subject/kai@acme.com' },
    { plain: 'principalSet://goog/group/kin@acme.com' },
    { plain: 'deleted:user:kai@acme.com?uid=123' },
  ];
  it.each(members)('is not $plain', ({ plain }) => {
    const foreign = plain.replace('k', KELVIN);
    expect(parseMember(foreign)).not.toEqual(parseMember(plain));
    expect(isSameMemberText(foreign, plain)).toBe(false);
    expect(parseMember(plain.replace('k', 'K'))).toEqual(parseMember(plain));
  });
});
