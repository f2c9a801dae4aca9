import { z } from 'zod';

export const name = (what: string) => z.string().describe(what);
export const names = (what: string) => z.array(z.string()).describe(what);
export const at = (what: string) => z.iso.datetime().describe(`${what} RFC 3339, UTC.`);
