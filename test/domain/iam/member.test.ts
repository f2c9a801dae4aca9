import { isSameMemberText, parseDenied, parseMember } from '../../../shared/domain/iam/member.ts';

/** The Kelvin sign, which `toLowerCase` turns into a k. */
const KELVIN = '\u212a';

describe('a member with a letter that only looks like another', () => {
  const members = [
    { plain: 'user:kai@acme.com', parse: parseMember },
    { plain: 'group:kin@acme.com', parse: parseMember },
    { plain: 'domain:kite.com', parse: parseMember },
    { plain: 'serviceAccount:key@acme-ops.iam.gserviceaccount.com', parse: parseMember },
    { plain: 'principal://goog/subject/kai@acme.com', parse: parseDenied },
    { plain: 'principalSet://goog/group/kin@acme.com', parse: parseDenied },
    { plain: 'deleted:user:kai@acme.com?uid=123', parse: parseMember },
  ];
  it.each(members)('is not $plain', ({ plain, parse }) => {
    const foreign = plain.replace('k', KELVIN);
    expect(parse(foreign)).not.toEqual(parse(plain));
    expect(isSameMemberText(foreign, plain)).toBe(false);
    expect(parse(plain.replace('k', 'K'))).toEqual(parse(plain));
  });
});
