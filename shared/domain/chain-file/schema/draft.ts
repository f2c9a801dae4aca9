import { z } from 'zod';
import { ChainSource } from './chain.ts';
import { AdministratorSource, ExceptionSource, SettingsSource } from './chain-file.ts';
import { DefaultsSource } from './defaults.ts';

const HeadSource = z
  .object(SettingsSource.shape)
  .omit({ defaults: true, chains: true, exceptions: true, administrators: true });

export type ChainDraft = Partial<ChainSource>;

/** The well-formed parts of a chain file, so that a fault of one part does not hide a fault of another. */
export type ChainFileDraft = {
  readonly head: Partial<z.output<typeof HeadSource>>;
  readonly defaults: Partial<DefaultsSource>;
  readonly chains: readonly ChainDraft[];
  readonly exceptions: readonly Partial<ExceptionSource>[];
  readonly administrators: readonly Partial<AdministratorSource>[];
};

const memberOf = (raw: unknown, key: string): unknown =>
  typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>)[key] : undefined;

/** Each key with a right value, and the default of each absent key. A wrong value is left out. */
function draftOf<S extends z.ZodObject>(schema: S, raw: unknown): Partial<z.output<S>> {
  const fields = Object.entries(schema.shape).flatMap(([key, field]) => {
    const parsed = z.safeParse(field, memberOf(raw, key));
    return parsed.success && parsed.data !== undefined ? [[key, parsed.data] as const] : [];
  });
  return Object.fromEntries(fields) as Partial<z.output<S>>;
}

export const chainDraftOf = (raw: unknown): ChainDraft => draftOf(ChainSource, raw);

/** @param chains the drafts of its chains, which are read one at a time */
export function chainFileDraftOf(raw: unknown, chains: readonly ChainDraft[]): ChainFileDraft {
  const draftsOf = <S extends z.ZodObject>(schema: S, list: unknown) =>
    Array.isArray(list) ? list.map((one) => draftOf(schema, one)) : [];
  return {
    head: draftOf(HeadSource, raw),
    defaults: draftOf(DefaultsSource, memberOf(raw, 'defaults')),
    chains,
    exceptions: draftsOf(ExceptionSource, memberOf(raw, 'exceptions')),
    administrators: draftsOf(AdministratorSource, memberOf(raw, 'administrators')),
  };
}
