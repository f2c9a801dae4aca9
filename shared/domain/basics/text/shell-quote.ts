import { isPrintable } from './printable.ts';

/**
 * Quotes one argument so that any POSIX shell reads exactly this text. Text with unprintable characters goes through `printf` as bytes, so
 * that people can read and copy the line and it does what it shows.
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

/** A Terraform string without interpolation. */
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
