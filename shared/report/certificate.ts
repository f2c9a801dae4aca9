import { type Certificate, DOUBT } from '../certificate/certificate.ts';
import { printable } from '../domain/basics/text/printable.ts';

type Chain = Certificate['chains'][number];

const isCertain = (cost: number): boolean => cost < DOUBT;

/** An accepted certificate for machines: who can get which credential, and as far as what. */
export const verdictJson = (certificate: Certificate) => ({
  verdict: 'accepted',
  digest: certificate.digest,
  chainFile: certificate.chainFile,
  roleData: certificate.roleData,
  interval: certificate.interval,
  reads: certificate.reads,
  chains: certificate.chains.map(({ name, members }) => ({
    name,
    members: members.map(([member, cost]) => ({ member, certain: isCertain(cost) })),
  })),
  coverage: certificate.coverage,
});

/** The same for a terminal. @param listed the chains whose members it lists */
export function certificateText(
  certificate: Certificate,
  listed: readonly { readonly name: string }[],
): string {
  const { digest, interval, reads, chainFile, chains, coverage } = certificate;
  const names = new Set(listed.map(({ name }) => name));
  const width = Math.max(...chains.map(({ name }) => name.length), 0);
  const lines = [
    `accepted: ${digest}`,
    `chain file: ${chainFile}`,
    `from ${interval.from} until ${interval.to}, read until ${reads.to}`,
    '',
    ...chains.flatMap((chain) => [
      `${chain.name.padEnd(width)}  ${countsOf(chain)}`,
      ...(names.has(chain.name) ? membersOf(chain) : []),
    ]),
    '',
    'This certificate says that nobody else can get these credentials, if Google held what its snapshot says. It does not count:',
    ...coverage.unread.map(({ resource, reason }) => `  unread: ${resource}: ${reason}`),
    ...coverage.notCounted.map((one) => `  ${one}`),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function countsOf({ members }: Chain): string {
  const certain = members.filter(([, cost]) => isCertain(cost)).length;
  const possible = members.length - certain;
  return `${certain} can get its credential${possible > 0 ? `, ${possible} perhaps` : ''}`;
}

const membersOf = ({ members }: Chain): string[] =>
  members.map(([member, cost]) => `  ${isCertain(cost) ? 'can    ' : 'perhaps'}  ${member}`);
