import { printable } from '../../shared/domain/basics/text/printable.ts';

/** What somebody who may edit a policy could put into it, to do harm where it is shown. One corpus for every output. */
export const HOSTILE: readonly string[] = [
  `'; touch hacked; '`,
  '"; touch hacked; "',
  '$(touch hacked)',
  '`touch hacked`',
  '\x24{IFS}touch',
  '%{ for x in y }\x24{file("/etc/passwd")}',
  '!!',
  '~root',
  '-h',
  'a\nb',
  'a\r\ntouch hacked\r',
  '\u001b[31mred\u001b]0;title\u0007',
  'user:eve\u202e@moc.live',
  'zero\u200bwidth\u2060joined\ufeff',
  '\u2028\u2029\u0085',
  '\\',
  "\\'",
  '\\0101',
  '%s%n',
  '<script>alert(1)</script>',
  '&amp;"\'><img src=x onerror=alert(1)>',
  '</script></style></title></textarea></svg><svg onload=alert(1)>',
  '" onfocus="alert(1)" autofocus tabindex="1',
  '--><img src=x onerror=alert(1)>]]>',
  'javascript:alert(1)',
  '[click](https://evil.example)',
  '{0}{{1}}',
  'label="} 1\n# HELP x y',
  'https://evil.example/?#<x>',
  'user:\u2066eve\u2069@acme.com',
  'naïve ünïcode 漢字 🔑',
  'tab\there',
  ' ',
  ',~|^:',
];

/** The same for `it.each`, with a title that may be shown. */
export const HOSTILE_ROWS = HOSTILE.map((text) => ({ title: printable(text), text }));
