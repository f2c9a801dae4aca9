import { readFile, stat } from 'node:fs/promises';
import type { Certificate } from '../../shared/certificate/certificate.ts';
import type { Refusal } from '../../shared/certificate/read-certificate.ts';
import { verify as check } from '../../shared/checker/verify.ts';
import { printable } from '../../shared/domain/basics/text/printable.ts';
import type { ChainFile } from '../../shared/domain/chain/chain.ts';
import { certificateText, verdictJson } from '../../shared/report/certificate.ts';
import { toJson } from '../../shared/report/json.ts';
import { readChainFile } from '../operator/chain-file.ts';
import { chainsCalled } from '../operator/choose.ts';
import { type ReadSource, readSource } from '../operator/source.ts';
import type { Exit, Io } from '../terminal/io.ts';

export type VerifyOptions = {
  /** The certificate. */
  readonly path: string;
  readonly json: boolean;
  /** Lists the members of these chains. */
  readonly chain?: readonly string[];
  /** The chain file that the certificate must be about. */
  readonly file?: string;
};

/** A certificate of a thousand chains has a few megabytes. */
const BYTES_MAX = 256 * 1024 * 1024;

/**
 * Checks a certificate. It reads nothing but the file, and the chain file if `file` names one.
 *
 * @returns 1 if the certificate is rejected, 2 if the file is no certificate
 */
export async function verify(
  { path, json, chain = [], file }: VerifyOptions,
  io: Io,
  read: ReadSource = readSource(io),
): Promise<Exit> {
  const text = await textOf(path);
  if (typeof text !== 'string') {
    io.err(`hopmint verify: ${path}: ${text.message}\n`);
    return 2;
  }
  const checked = check(text);
  if ('is' in checked) return refuse(checked);
  const chosen = chainsCalled(checked, chain);
  if (!chosen.ok) {
    io.err(`hopmint verify: ${path}: ${chosen.error}\n`);
    return 2;
  }
  if (file !== undefined) {
    const opened = await readChainFile(file, io, read);
    if (!opened.ok) return opened.error;
    if (!isAbout(checked, opened.value.file, opened.value.version.digest)) {
      const because = `the certificate is not about ${file} as it is now`;
      return refuse({ is: 'rejected', place: 'chainFile', because });
    }
  }
  io.out(json ? toJson(verdictJson(checked)) : certificateText(checked, chosen.value));
  return 0;

  function refuse(refusal: Refusal): Exit {
    const { is, place, because } = refusal;
    if (json) io.out(toJson({ verdict: is, place, because }));
    else if (is === 'rejected') io.out(printable(`rejected: ${place}: ${because}`).concat('\n'));
    else
      io.err(
        printable(`hopmint verify: ${path} is not a certificate: ${place}: ${because}`).concat(
          '\n',
        ),
      );
    return is === 'rejected' ? 1 : 2;
  }
}

async function textOf(path: string): Promise<string | { readonly message: string }> {
  try {
    const { size } = await stat(path);
    if (size > BYTES_MAX) return { message: 'it is larger than 256 MiB, and no certificate is' };
    return await readFile(path, 'utf8');
  } catch (thrown) {
    return {
      message: `it cannot be read (${(thrown as NodeJS.ErrnoException).code ?? 'unknown error'})`,
    };
  }
}

/** Does a certificate have this digest, and exactly these chains? Anyone can write any digest into a certificate. */
function isAbout({ chainFile, chains }: Certificate, file: ChainFile, digest: string): boolean {
  const certified = chains.map(({ name, target, kind, secret }) =>
    [name, target.email, target.uniqueId, kind, secret].join(' '),
  );
  const wanted = file.chains.map(({ name, target, credential, secret }) =>
    [name, target.email, target.uniqueId, credential.kind, secret].join(' '),
  );
  return chainFile === digest && certified.join('\n') === wanted.sort().join('\n');
}
