import { writeFile } from 'node:fs/promises';
import type { Certificate } from '../../shared/certificate/certificate.ts';
import { countsAgainst } from '../../shared/domain/audit/finding/finding.ts';
import { audit as auditNow } from '../../shared/operations/audit.ts';
import { certify } from '../../shared/operations/certify.ts';
import type { Format } from '../../shared/report/format-names.ts';
import { reportAs } from '../../shared/report/formats.ts';
import { filtered, filterOf } from '../../shared/report/words/view.ts';
import { chainsCalled } from '../operator/choose.ts';
import { open } from '../operator/open.ts';
import { type ReadSource, readSource } from '../operator/source.ts';
import type { Exit, Io } from '../terminal/io.ts';

export type AuditOptions = {
  readonly source: string;
  readonly json: boolean;
  /** Shows only the findings of these chains. */
  readonly chain?: readonly string[];
  /** Shows only findings of these severities. */
  readonly severity?: readonly string[];
  readonly format?: Format;
  /** The file for a certificate. */
  readonly certificate?: string;
};

/**
 * Audits every hop of every chain, and all other access, with the read permissions of the operator. A filter limits the output and not the
 * audit, because the expected access comes from all chains.
 *
 * With `certificate`, the report and the certificate rest on the same reads.
 *
 * @returns 1 if a shown finding counts, or if something could not be read; 3 if nothing could be read
 */
export async function audit(
  {
    source,
    json,
    chain = [],
    severity = [],
    format = json ? 'json' : 'text',
    certificate,
  }: AuditOptions,
  io: Io,
  read: ReadSource = readSource(io),
): Promise<Exit> {
  const opened = await open(source, io, read, (file) => {
    const chosen = chainsCalled(file, chain);
    if (!chosen.ok) return `hopmint audit: ${source}: ${chosen.error}`;
    const filter = filterOf({ chain, severity }, file);
    return filter.ok ? undefined : `hopmint audit: ${filter.error}`;
  });
  if (!opened.ok) return opened.error;
  const { file, version, cloud, local } = opened.value;
  const filter = filterOf({ chain, severity }, file);
  if (!filter.ok) throw new Error(filter.error);

  const { signal } = io;
  const made =
    certificate === undefined
      ? undefined
      : await certify(file, version.digest, cloud.policies, io.now, signal);
  const policies = made?.policies ?? cloud.policies;
  const options = { policies, secrets: cloud.secrets, now: io.now(), signal };
  const report = await auditNow(file, version, options);
  const [first] = report.coverage.unread;
  if (report.coverage.read.length === 0 && first) {
    io.err(`hopmint audit: nothing could be read: ${first.resource}: ${first.reason}\n`);
    return 3;
  }
  const shown = { ...filtered(report, filter.value), ...(local && { cloud: 'LOCAL' as const }) };
  if (certificate !== undefined && made) {
    const saved = await save(made.certificate, certificate, io);
    if (!saved) return 2;
  }
  io.out(reportAs(shown, format, io.now()).body);
  const isFiltered = chain.length + severity.length > 0;
  const isComplete = report.coverage.unread.length === 0;
  const isFine = isFiltered ? isComplete && !shown.findings.some(countsAgainst) : report.clean;
  return isFine ? 0 : 1;
}

/** It has the whole policies, so only the operator can read the file. */
async function save(certificate: Certificate, path: string, io: Io): Promise<boolean> {
  try {
    await writeFile(path, `${JSON.stringify(certificate)}\n`, { mode: 0o600 });
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    io.err(`hopmint audit: ${path} cannot be written (${code ?? 'unknown error'})\n`);
    return false;
  }
  io.err(`saved as ${path}: "./hopmint verify ${path}" checks it\n`);
  return true;
}
