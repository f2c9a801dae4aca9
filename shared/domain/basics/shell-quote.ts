import { isPrintable } from './printable.ts';

/**
 * One argument of a shell's command line, that any POSIX shell takes for exactly this text. What cannot be printed goes through `printf`
 * as bytes, so that the line can be read and copied, and does what it shows.
 */
export function shellArgument(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  if (isPrintable(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  const bytes = [...Buffer.from(text, 'utf8')].map((byte) => {
    const c = String.fromCharCode(byte);
    return /[\w@%+=:,./ -]/.test(c) ? c : `\\0${byte.toString(8).padStart(3, '0')}`;
  });
  return `"$(printf '%b' '${bytes.join('')}')"`;
}

/** A string of Terraform's language, in which nothing is interpolated. */
export function terraformString(text: string): string {
  const escaped = text
    .replace(/["\\]/g, '\\$&')
    .replace(/[$%](?=\{)/g, '$&$&')
    .replace(/./gsu, (c) => {
      if (isPrintable(c)) return c;
      const hex = (c.codePointAt(0) ?? 0).toString(16);
      return hex.length > 4 ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
    });
  return `"${escaped}"`;
}
